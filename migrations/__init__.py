"""One history of the database schema, for SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Final

HEAD: Final = "0001"
"""The last revision, which is this release's: a start that finds it need not read the history."""
