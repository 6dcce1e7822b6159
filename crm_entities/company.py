"""The company that keeps this book: its name and what holds where a record says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import records, rights, shapes
from crm_entities.records import Record
from ledger.base import Base
from ledger.transaction import Transaction

FIELDS = frozenset({"name", "country", "currency", "language", "zone", "calendar"})


class Company(Record, Base):
    """The one row about the company: `country` by ISO 3166, `currency` by ISO 4217, `calendar` by its name."""

    __tablename__ = "crm_company"
    ENTITY: ClassVar[str] = "company"

    name: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2), default="DE")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    language: Mapped[str] = mapped_column(String(8), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    calendar: Mapped[str | None] = mapped_column(String(64))


def get(tx: Transaction) -> Company:
    """Return the company, read once per transaction; before it is set up, one with the defaults."""
    known = tx.session.info.get("company")
    if known is None:
        known = tx.session.get(Company, 1) or Company(
            id=1, name="", country="DE", currency="EUR", language="en", zone="UTC", version=0
        )
        tx.session.info["company"] = known
    return known


def set_up(tx: Transaction, values: Mapping[str, Any], *, version: int | None = None) -> Company:
    """Set facts of the company; needs `settings.manage`."""
    rights.demand(tx, "settings.manage")
    shapes.only(values, FIELDS)
    fields = shapes.load(shapes.CompanyShape(), values, partial=True)
    company = get(tx)
    if company.version == 0:
        company.version = 1
        for name, value in fields.items():
            setattr(company, name, value)
        records.create(tx, company)
    else:
        records.change(tx, company, fields, version=version)
    return company
