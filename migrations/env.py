"""Alembic's entry: one history for SQLite and PostgreSQL, over the tables of all rooms."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from ledger.base import metadata
from web import schema, settings


def migrate(connection: Connection) -> None:
    """Run the history on `connection`, in the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


schema.import_tables()
given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = create_engine(settings.load().settings.database)
    with engine.connect() as own:
        migrate(own)
        own.commit()
