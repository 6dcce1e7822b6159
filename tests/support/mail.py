"""A real SMTP server that keeps what it receives and can be told to misbehave."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Literal, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support import processes

ACCEPTED = "250 Message accepted for delivery"
Drop = Literal["unreceived", "received"]
Verb = Literal["EHLO", "MAIL", "RCPT", "DATA"]


@dataclass(frozen=True)
class Mail:
    """One message as the server received it, with the recipients of its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """The plain part."""
        part = self.message.get_body(("plain",))
        return "" if part is None else str(part.get_content())


@dataclass
class MailServer:
    """Listens on `host` and `port` from `start` until `stop`; `received` grows meanwhile."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Mail] = field(default_factory=list)
    _refusal: str | None = None
    _refused: str | None = None
    _refused_at: Verb = "RCPT"
    _drop: Drop | None = None
    _delay: float = 0.0

    def refuse(
        self,
        words: str = "451 4.3.0 Try again later",
        recipient: str | None = None,
        *,
        at: Verb = "RCPT",
    ) -> None:
        """Answer `words` to a verb, until `behave`; to each recipient, or to this one alone.

        "DATA" is refused after the last dot, "EHLO" stands for both greetings.
        """
        self._refusal, self._refused, self._refused_at = words, recipient, at

    def delay(self, seconds: float) -> None:
        """Let the sender wait for the answer to each message, until `behave`."""
        self._delay = seconds

    def drop(self, message: Drop = "unreceived") -> None:
        """Break the connection instead of answering, until `behave`.

        "received": the message is kept all the same, so a sender that tries again sends it twice.
        """
        self._drop = message

    def behave(self) -> None:
        """Accept everything at once again."""
        self._refusal = self._refused = self._drop = None
        self._refused_at, self._delay = "RCPT", 0.0

    def wait_for(self, count: int, *, seconds: float = 20.0) -> list[Mail]:
        """The mails received as soon as there are `count`; fails after `seconds`."""
        what = f"{count} mails"
        processes.eventually(lambda: len(self.received) >= count, what, seconds=seconds)
        return list(self.received)

    def to(self, recipient: str) -> list[Mail]:
        """What was received for one address."""
        return [mail for mail in self.received if recipient in mail.recipients]

    def start(self) -> None:
        """Listen; a `port` of 0 becomes a free one, which a later `start` takes again."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        listening = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self._server = listening.result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening; what was received stays."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        factory = lambda: SMTP(self, enable_SMTPUTF8=True, loop=self._loop)  # noqa: E731
        return await self._loop.create_server(factory, self.host, self.port)

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _refuses(self, verb: Verb) -> str | None:
        return self._refusal if self._refused_at == verb else None

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name and form
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        refusal = self._refuses("EHLO")
        return [refusal] if refusal else answers

    async def handle_HELO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, _envelope: Envelope, name: str
    ) -> str:
        session.host_name = name
        return self._refuses("EHLO") or f"250 {server.hostname}"

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._refuses("MAIL"):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._refuses("RCPT")
        if refusal and self._refused in (None, address):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self._delay)
        if refusal := self._refuses("DATA"):
            return refusal
        if self._drop != "unreceived":
            self.received.append(_mail(envelope))
        if self._drop:
            cast("asyncio.Transport", server.transport).abort()
        return ACCEPTED


def _mail(envelope: Envelope) -> Mail:
    message = message_from_bytes(cast("bytes", envelope.content), policy=default)
    return Mail(str(envelope.mail_from), tuple(envelope.rcpt_tos), message)
