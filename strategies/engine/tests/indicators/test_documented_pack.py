"""The pack that docs/engine.md builds works as it says."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from strategies.engine.indicators import catalogue
from strategies.engine.nodes.node import NodeKey
from strategies.engine.program.program import compile_program
from strategies.engine.tests.builders import make_spec, pack, trigger, wild_bars
from strategies.engine.tests.readings import assert_any_cuts_give_the_same, read_rows

DOCUMENT = Path(__file__).parents[4] / "docs" / "engine.md"
ROWS = [(10, 11, 10, 10), (10, 11, 9, 10), (10, 14.1, 10, 10), (10, 10, 10, 10), (10, 12, 9, 10)]


@pytest.fixture
def wide_bar(tmp_path, monkeypatch):
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    path = tmp_path / "wide_bar.py"
    path.write_text(next(block for block in blocks if "TEMPLATE = Template(" in block))
    spec = importlib.util.spec_from_file_location("wide_bar", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(catalogue.TEMPLATES, "wide_bar", module.TEMPLATE)
    return module.TEMPLATE


def test_its_states_and_triggers(wide_bar):
    assert read_rows("wide_bar", (2.0,), ROWS) == [
        (None, []),
        ("NARROW", []),
        ("WIDE", ["widens"]),
        ("NARROW", []),
        (None, []),
    ]


def test_it_streams(wide_bar):
    bars, rng = wild_bars(3, 300), np.random.default_rng(3)
    assert_any_cuts_give_the_same("wide_bar", (1.5,), bars, rng)


def test_it_trades(wide_bar):
    one = pack("wide_bar")
    program = compile_program(make_spec(entry=trigger(one, "widens", "CC"), packs=(one,)))
    assert program.decision_keys == (NodeKey("wide_bar", (2.0,)),)
    assert {t.exit_reason for t in program.backtest(wild_bars(3, 400)).trades} >= {"stop_loss"}
