"""FEEL, the expression language of DMN 1.5: text becomes a function.

>>> from datetime import datetime, UTC
>>> rule = expression('if deal.amount > 10000 then "director" else "manager"')
>>> sorted(rule.paths)
[('deal', 'amount')]
>>> rule.evaluate({"deal": {"amount": 12000}}, now=datetime(2026, 1, 5, tzinfo=UTC))
'director'

Names with spaces are read where they are known:

>>> total = expression("unit price * 2", names=["unit price"])
>>> total.evaluate({"unit price": 5}, now=datetime(2026, 1, 5, tzinfo=UTC))
Decimal('10')

This package imports nothing of Kontor and can be used alone.
"""

from engine.feel.durations import DaysTimeDuration, YearsMonthsDuration
from engine.feel.errors import FeelError, LimitExceeded
from engine.feel.expressions import Expression, expression, unary_tests
from engine.feel.json_form import from_json, to_json
from engine.feel.limits import Budget
from engine.feel.types import Type
from engine.feel.values import Function, Json, Range, Value, kind
from engine.feel.written import shown

__all__ = [
    "Budget",
    "DaysTimeDuration",
    "Expression",
    "FeelError",
    "Function",
    "Json",
    "LimitExceeded",
    "Range",
    "Type",
    "Value",
    "YearsMonthsDuration",
    "expression",
    "from_json",
    "kind",
    "shown",
    "to_json",
    "unary_tests",
]
