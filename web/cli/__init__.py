"""The command `kontor`: a group whose commands are imported only when they are called.

Each command is `web/cli/<name>.py` with a click command called `command`.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from ledger.rejection import Rejection
from web import garbage

COMMANDS = {
    "serve": "Serve screens and run deadlines and jobs, all in one process.",
    "web": "Serve the screens only; `kontor worker` does the rest.",
    "worker": "Run deadlines, jobs, alerts and mails only.",
    "demo": "Fill an empty database with a company to look at.",
    "deploy": "Publish definitions: .bpmn, .yaml, .dmn files.",
    "start": "Start a process.",
    "tasks": "List open tasks.",
    "complete": "Complete a task.",
    "migrate": "Move running cases to another version of their process.",
    "import": "Bring in clients from .xlsx or .csv.",
    "check": "Say whether definitions would deploy, and what is wrong where.",
    "test": "Run the tests that a definition brings along.",
    "simulate": "Run definitions step by step in a throw-away store.",
    "decide": "Evaluate decision tables.",
    "due": "Compute due dates of working calendars.",
    "recompute": "Bring running deadlines to the newest version of a calendar.",
    "convert": "Turn a process file into BPMN, or back.",
    "key": "Make an API key for another program.",
    "settings": "Print each setting with its meaning, value and origin.",
    "bench": "Measure what the program costs, beside a floor and peers.",
    "doctor": "Look for inconsistencies and say how to mend them.",
}
MODULES = {"import": "import_"}


class Commands(click.Group):
    """Knows every command by name and one line of help; imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's form
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's form
        if cmd_name not in COMMANDS:
            return None
        garbage.wait()
        module = importlib.import_module(f"web.cli.{MODULES.get(cmd_name, cmd_name)}")
        garbage.go_on()
        command = getattr(module, "command", getattr(module, cmd_name, None))
        if not isinstance(command, click.Command):
            message = f"{module.__name__}.command is no click command"
            raise TypeError(message)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's form
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Rejection as refused:
            raise click.ClickException(refused.sentence) from refused


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kontor", prog_name="kontor")
def main() -> None:
    """Kontor runs a company's processes against its clients and deals, and tells the right person in time."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
