"""A number may be written as the page's language writes it, and with a plain space for a narrow one."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel

from web import fields
from web.languages import LANGUAGES

AMOUNT = fields.Field("amount", "number", "Amount")
NUMBER = Decimal("12345.5")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("currency", ["", " €", "\N{NO-BREAK SPACE}zł"])
def test_what_a_field_shows_is_read_again(language: str, currency: str):
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: language)
    with app.test_request_context():
        written = fields.shown(NUMBER)
        typed = re.sub(r"\s", " ", written)
        for text in (written, typed, "12345.5"):
            assert fields.value_of(AMOUNT, text + currency) == NUMBER
            assert fields.value_of(AMOUNT, currency.strip() + text) == NUMBER
