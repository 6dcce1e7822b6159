"""What every table shares: one metadata, named constraints, exact column types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import BigInteger, Dialect, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from ledger import words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Base(DeclarativeBase):
    """Base of the mapped classes of `crm_entities` and `web`."""

    metadata = metadata


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC, kept to the microsecond.

    PostgreSQL keeps a timestamptz. SQLite has no such type: there it is the
    number of microseconds since 1970, which sorts and compares as it should.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"Expected an instant with a time zone, but got {value!r}"
            raise ValueError(message)
        return value if dialect.name == "postgresql" else (value - EPOCH) // MICROSECOND

    def process_result_value(
        self,
        value: datetime | int | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's form
    ) -> datetime | None:
        if isinstance(value, int):
            return EPOCH + timedelta(microseconds=value)
        return None if value is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON document in a text column, keys sorted, so that equal values are equal texts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's form
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002  # JSON is whatever was kept
        return None if value is None else orjson.loads(value)


class Spoken(TypeDecorator[str]):
    """A sentence in a text column that can be said again in another language (`ledger.words`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's form
        return None if value is None else words.packed(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's form
        return None if value is None else words.unpacked(value)


class Amount(TypeDecorator[Decimal]):
    """A decimal with four places, exact on both databases and sortable on both.

    SQLite would keep a float; there it is the number of ten-thousandths.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(19, 4))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None or dialect.name == "postgresql":
            return value
        scaled = value.scaleb(4)
        if scaled != scaled.to_integral_value():
            message = f"Expected at most four decimal places, but got {value}"
            raise ValueError(message)
        return int(scaled)

    def process_result_value(
        self,
        value: Decimal | int | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's form
    ) -> Decimal | None:
        return Decimal(value).scaleb(-4) if isinstance(value, int) else value
