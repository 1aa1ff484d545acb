"""The document for people who write strategy files: its example runs, it names every field."""

import json
import re
from pathlib import Path

from django.conf import settings

from strategies.engine.indicators.risk import STOP_METHODS, TARGET_METHODS, TRAILING_METHODS
from strategies.engine.indicators.time_exits import TIME_METHODS
from strategies.record.keys import DEFAULTS
from strategies.record.reading import parse_strategy

TEXT = (Path(settings.BASE_DIR) / "docs" / "strategy-json.md").read_text(encoding="utf-8")


def test_its_example_is_a_strategy_without_doubts():
    (example,) = re.findall(r"```json\n(\{.*?\n\})\n```", TEXT, re.DOTALL)
    assert parse_strategy(json.loads(example), strict=True).warnings == ()


def test_it_names_every_field_and_method():
    methods = {**STOP_METHODS, **TARGET_METHODS, **TRAILING_METHODS, **TIME_METHODS}
    fields = {field.name for method in methods.values() for field in method.fields}
    named = set(re.findall(r"`([a-z_0-9]+)`", TEXT))
    assert {*methods, *fields, *DEFAULTS} <= named
