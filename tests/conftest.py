"""What every test may ask for: databases, a browser, a mail server, the program itself."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ordinary", max_examples=50, deadline=None)
settings.register_profile(
    "soak",
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run thorough sizes")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("soak" if config.getoption("--soak") else "ordinary")


@pytest.fixture(scope="session")
def soak(pytestconfig: pytest.Config) -> bool:
    """Whether the thorough sizes were asked for; tests that use it are marked `soak`."""
    return bool(pytestconfig.getoption("--soak"))
