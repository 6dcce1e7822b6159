"""The small company of the CRM's tests."""

from tests.integration.crm.conftest import company as company  # noqa: PLC0414  # a fixture is found by its name
