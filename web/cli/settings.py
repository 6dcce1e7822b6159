"""`kontor settings`: each setting with its meaning, value and origin."""

from __future__ import annotations

import dataclasses
import json

import click

from web import settings


@click.command(name="settings")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per setting and line.")
def command(*, as_json: bool) -> None:
    """Print each setting with its meaning, value and origin.

    A value comes from the variable KONTOR_NAME, else from kontor.toml in this
    folder (or the file that KONTOR_CONFIG names), else it is the default.
    """
    loaded = settings.load()
    for field in dataclasses.fields(loaded.settings):
        value = getattr(loaded.settings, field.name)
        shown = _masked(field, value)
        origin = loaded.origins[field.name]
        row = {
            "name": field.name,
            "meaning": field.metadata["meaning"],
            "value": shown,
            "origin": origin,
        }
        if as_json:
            click.echo(json.dumps(row))
        else:
            click.echo(f"{field.name} = {shown!r}  ({origin})\n    {field.metadata['meaning']}")


def _masked(field: dataclasses.Field[object], value: object) -> object:
    """Hide a password: the whole value of a secret, or the part of an address that is one."""
    if not field.metadata["secret"] or not value:
        return value
    if "://" not in str(value):
        return "***"
    from sqlalchemy import make_url

    return make_url(str(value)).render_as_string(hide_password=True)
