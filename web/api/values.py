"""Variables in requests and answers: plain outwards, plain or tagged inwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from engine.feel import FeelError, Value, json_form
from web.json_values import plain

LARGEST_NUMBER = 2**63 - 1
"""The largest number of a row."""


class Variables(fields.Field[dict[str, Value]]):
    """Variables by name. Whole and decimal numbers are exact in both directions."""

    def _serialize(
        self, value: dict[str, Value] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return None if value is None else {name: plain(one) for name, one in value.items()}

    def _deserialize(
        self,
        value: Any,
        attr: str | None,
        data: Mapping[str, Any] | None,
        **kwargs: Any,
    ) -> dict[str, Value]:
        if not isinstance(value, dict) or not all(value):
            raise ValidationError('Expected an object of variables such as {"amount": 12.30}.')
        try:
            return {name: json_form.from_json(one) for name, one in value.items()}
        except FeelError as fault:
            raise ValidationError(f"Expected values of JSON, but {fault}.") from fault
