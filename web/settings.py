"""What can be set from outside, each with its meaning: KONTOR_* variables, then kontor.toml, then a default."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from ledger.rejection import invalid

FILE = "kontor.toml"


def _setting(default: Any, meaning: str, *, secret: bool = False) -> Any:
    return dataclasses.field(default=default, metadata={"meaning": meaning, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. `KONTOR_PORT` and `port` in kontor.toml both name `port`."""

    database: str = _setting(
        "sqlite:///var/kontor.db",
        "Where everything is kept: sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
        secret=True,
    )
    durability: str = _setting(
        "full",
        "full waits for the disk at each commit; normal may lose the last commits when the power fails.",
    )
    backups: str = _setting(
        "var/backups", "The folder for copies of a SQLite file made before an upgrade."
    )
    host: str = _setting(
        "127.0.0.1", "The address to listen on; 0.0.0.0 for every network of the machine."
    )
    port: int = _setting(8080, "The port to listen on.")
    threads: int = _setting(8, "How many requests are answered at the same time.")
    waiting: int = _setting(
        100, "How many requests of workers may wait for jobs beside those that are answered."
    )
    connections: int = _setting(
        1000, "How many connections may be open; a new one takes the place of one that lies idle."
    )
    url: str = _setting("", "The address people open, used in mails; empty: http://HOST:PORT.")
    trusted_proxies: int = _setting(
        0, "How many reverse proxies stand in front and set X-Forwarded-* headers."
    )
    language: str = _setting(
        "en", "The language of a person who has not chosen one: en, fr, pl, ru or zh."
    )
    zone: str = _setting("UTC", "The time zone of a person who has none, as Europe/Berlin.")
    session_days: int = _setting(
        14, "After how many days without a request a person must log in again."
    )
    login_limit: str = _setting("10 per minute", "How often an address may try to log in.")
    api_limit: str = _setting(
        "6000 per minute", "How many requests an API key may send; empty: any number."
    )
    key_limit: str = _setting(
        "60 per minute",
        "How many API keys that open nothing an address may send; empty: any number.",
    )
    upload_megabytes: int = _setting(20, "The largest file that may be uploaded.")
    tick_seconds: float = _setting(15.0, "How often the scheduler looks for what is due, at least.")
    late_seconds: int = _setting(
        120, "After how many seconds without a look at the deadlines the screens warn."
    )
    metrics_token: str = _setting(
        "",
        "What a monitor sends as Authorization: Bearer … to read /metrics; empty: there is no such page.",
        secret=True,
    )
    smtp_host: str = _setting("", "The mail server; empty: mails wait and are not sent.")
    smtp_port: int = _setting(587, "The mail server's port.")
    smtp_user: str = _setting("", "The name to log in to the mail server with; empty: no login.")
    smtp_password: str = _setting(
        "", "The password to log in to the mail server with.", secret=True
    )
    smtp_tls: str = _setting(
        "starttls", "How the way to the mail server is secured: starttls, tls or none."
    )
    mail_from: str = _setting("Kontor <kontor@localhost>", "The sender of every mail.")
    mail_budget: int = _setting(
        20, "How many mails a person gets in an hour before small news wait for a digest; 0: any."
    )
    outbound_hosts: str = _setting(
        "",
        "Hosts on private addresses that HTTP calls and webhooks may reach, separated by commas: "
        "wiki.example, wiki.example:8443, *.house.example; all public hosts may be reached.",
    )
    secrets: str = _setting(
        "var/secrets.toml",
        "The file of the secrets that HTTP calls name, each with a value and the hosts that may get it.",
    )
    clock: str = _setting(
        "system",
        "system, or offset:FILE with seconds to add; the latter only on a database marked demo or test.",
    )
    log_level: str = _setting(
        "info", "How much is said on standard error: debug, info, warning or error."
    )

    @property
    def address(self) -> str:
        """The address people open, without a slash at its end."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Say whether people come over https, so that cookies may insist on it."""
        return self.address.startswith("https://")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings with the origin of each: `default`, the name of a variable, or the path of a file."""

    settings: Settings
    origins: Mapping[str, str]


def load(
    environ: Mapping[str, str] = os.environ, folder: Path | None = None, **given: Any
) -> Loaded:
    """Return the settings of `environ` and of kontor.toml in `folder` (or where `KONTOR_CONFIG` points).

    `given` are arguments of the command line; None means not given. Raises
    `Rejection(invalid_argument)` for an unknown name or a value of another type.
    """
    file = Path(environ.get("KONTOR_CONFIG") or (folder or Path.cwd()) / FILE)
    written = _read(file)
    values, origins = {}, {}
    types = get_type_hints(Settings)
    for field in dataclasses.fields(Settings):
        name, variable = field.name, f"KONTOR_{field.name.upper()}"
        sources = (
            (given.get(name), "argument"),
            (environ.get(variable), variable),
            (written.get(name), str(file)),
        )
        value, origin = next(
            ((v, o) for v, o in sources if v is not None), (field.default, "default")
        )
        values[name], origins[name] = _typed(value, types[name], f"{name} ({origin})"), origin
    return Loaded(Settings(**values), origins)


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise invalid(f"Expected {file} to be a TOML file, but {fault}") from fault
    known = {field.name for field in dataclasses.fields(Settings)}
    for name in written.keys() - known:
        raise invalid(
            f"Expected a setting's name in {file}, but got {name!r}; `kontor settings` lists them"
        )
    return written


def _typed(value: Any, wanted: type, place: str) -> Any:
    try:
        return wanted(value)
    except (ValueError, TypeError) as fault:
        raise invalid(
            f"Expected {place} to be of type {wanted.__name__}, but got {value!r}"
        ) from fault
