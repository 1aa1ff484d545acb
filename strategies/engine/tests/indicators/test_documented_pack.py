"""The packs that docs/engine.md and docs/extending.md build work as they say."""

import importlib.util

import numpy as np
import pytest

from strategies.engine.indicators import catalogue
from strategies.engine.nodes.node import NodeKey
from strategies.engine.program.program import compile_program
from strategies.engine.tests.builders import make_spec, pack, trigger, wild_bars
from strategies.engine.tests.readings import assert_any_cuts_give_the_same, read_rows
from tests.documents import block

ROWS = [(10, 11, 10, 10), (10, 11, 9, 10), (10, 14.1, 10, 10), (10, 10, 10, 10), (10, 12, 9, 10)]


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Adds the pack of a document."""

    def add(name, document):
        path = tmp_path / f"{name}.py"
        path.write_text(block(document, "TEMPLATE = Template("))
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        monkeypatch.setitem(catalogue.TEMPLATES, name, module.TEMPLATE)

    return add


@pytest.fixture
def wide_bar(added):
    added("wide_bar", "engine.md")


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


def test_the_shortest_pack_trades(added):
    added("bar_color", "extending.md")
    rows = [(10, 12, 9, 11), (11, 12, 9, 10), (10, 10, 10, 10)]
    assert read_rows("bar_color", (), rows) == [
        ("GREEN", ["green"]),
        ("RED", []),
        ("RED", []),
    ]
    one = pack("bar_color")
    program = compile_program(make_spec(entry=trigger(one, "green"), packs=(one,)))
    assert program.backtest(wild_bars(3, 400)).trades
