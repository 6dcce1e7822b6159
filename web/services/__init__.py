"""Work that every process may ask of this program by topic: HTTP calls, mails, documents."""

from __future__ import annotations

from functools import partial
from typing import Final

from engine.ports import ServiceTask
from ledger.store import Store
from web.services import document, http, mail
from web.settings import Settings

HTTP: Final = "kontor:http"
MAIL: Final = "kontor:mail"
DOCUMENT: Final = "kontor:document"


def of_program(store: Store, settings: Settings) -> dict[str, ServiceTask]:
    """Return what does the built-in topics on `store`; see docs/workers.md for what each takes and gives."""
    return {
        HTTP: partial(http.call, settings),
        MAIL: partial(mail.send, store, settings),
        DOCUMENT: partial(document.make, store),
    }
