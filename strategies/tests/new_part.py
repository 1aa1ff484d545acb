"""The part of the record that docs/extending.md adds, found as if it lay beside the others."""

import importlib
import sys

import pytest

from strategies.builder import faults, form, state
from strategies.builder import parts as builder_parts
from strategies.record import keys, parts
from tests.documents import block, executed

NAME = "strategies.record.parts.skipped_days"


@pytest.fixture
def skipped_days(tmp_path, monkeypatch):
    (tmp_path / "skipped_days.py").write_text(block("extending.md", "PARTS ="), encoding="utf-8")
    monkeypatch.setattr(parts, "__path__", [*parts.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    importlib.reload(keys)
    yield
    monkeypatch.undo()
    sys.modules.pop(NAME)
    importlib.reload(keys)


@pytest.fixture
def skipped_days_field(skipped_days, monkeypatch):
    """The part in the builder as well."""
    part = executed("extending.md", "class SkippedDays", builder_parts)["PART"]
    for module in (form, state, faults):
        monkeypatch.setattr(module, "PARTS", (*builder_parts.PARTS, part))
    monkeypatch.setattr(state, "LISTS", [*state.LISTS, *part.inputs])
