"""No more digests: by the signed address that stands in every digest, without logging in (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from crm_entities import staff
from ledger import transaction
from ledger.rejection import not_found
from ledger.transaction import Transaction
from web import rights, unsubscribing, visit

page = Blueprint("unsubscribe", __name__, url_prefix="/unsubscribe")
Answer = Response | str


@page.get("/<token>")
@rights.public
def ask(token: str) -> Answer:
    """Ask whether digests shall end: to open an address changes nothing."""
    _person(visit.tx(), token)
    return render_template("unsubscribe/ask.html", token=token, is_done=False)


@page.post("/<token>")
@rights.public
def end(token: str) -> Answer:
    """End the digests of the person whom the address was made for; a second time changes nothing."""
    visit.close()
    visit.close()
    transaction.run(visit.store(), "system", lambda tx: _end(tx, _person(tx, token)))
    return render_template("unsubscribe/ask.html", token=token, is_done=True)


def _person(tx: Transaction, token: str) -> int:
    person = unsubscribing.person_of(tx, token)
    if person is None:
        raise not_found("this address")
    return int(person.removeprefix("staff:"))


def _end(tx: Transaction, staff_id: int) -> None:
    member = staff.get(tx, staff_id)
    chosen = dict(member.mail_choices or {})
    if chosen.get("digests", True):
        staff.change(tx, staff_id, {"mail_choices": {**chosen, "digests": False}})
