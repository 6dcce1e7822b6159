"""One way to the mail server: opened for a batch, and what its answers mean."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from ledger.words import say
from scheduler.delivery.claims import Outcome
from scheduler.ports import MailSettings

TIMEOUT = 20.0
PERMANENT = 500
_UNKEPT = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
"""What no server should say, and PostgreSQL keeps in no text."""


class Connection:
    """Sends messages over one connection, opened with the first and again after it broke."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def send(self, message: EmailMessage) -> tuple[Outcome, str]:
        """Send a message; return what became of it, with the server's words.

        `never` only where the server refuses this recipient or this message for good; whatever
        could be our own fault or a passing one is `later`. Of several recipients one is enough for
        `sent`: then the words are a line for each other one.
        """
        try:
            if self._server is None:
                self._server = self._open()
            others = self._server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            # one that may be taken later is worth another try of all
            code, words = min(refused.recipients.values())
            return ("never" if code >= PERMANENT else "later"), _words(code, words)
        except smtplib.SMTPNotSupportedError as fault:
            # an open server that cannot take this address never will; what it asks at the door may change
            return ("later" if self._server is None else "never"), str(fault)
        except smtplib.SMTPDataError as refused:
            code = refused.smtp_code
            return ("never" if code >= PERMANENT else "later"), _words(code, refused.smtp_error)
        except smtplib.SMTPResponseException as refused:
            self._close()
            return "later", _words(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPException, OSError) as fault:
            self._close()
            return "later", say(
                "Expected to reach the mail server %(host)s, but %(fault)s",
                host=self._settings.smtp_host,
                fault=str(fault) or type(fault).__name__,
            )
        return "sent", "\n".join(f"{one}: {_words(*said)}" for one, said in others.items())

    def _open(self) -> smtplib.SMTP:
        known = self._settings
        if known.smtp_tls == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                known.smtp_host, known.smtp_port, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(known.smtp_host, known.smtp_port, timeout=TIMEOUT)
        try:
            if known.smtp_tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if known.smtp_user:
                server.login(known.smtp_user, known.smtp_password)
        except BaseException:
            server.close()
            raise
        return server

    def _close(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


def _words(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return " ".join(_UNKEPT.sub("", f"{code} {text}").split())
