"""The engine is compiled in processes that share the work, and the count of its parts is true."""

import json
import sys
import time
from functools import partial

import pytest

from tests.waiting import wait_until
from trader.tests.processes import Worker
from trader.worker import preparation
from trader.worker.preparation import Progress, prepare, read
from trader.worker.warm_up import Part


def nothing():
    """Called where nobody waits."""


def faulty():
    raise ValueError("does not compile")


@pytest.fixture
def stage(monkeypatch, tmp_path):
    """Sets what the first stage is made of. Its parts run in forked processes."""

    def set_parts(**parts):
        named = {name: Part(name, run) for name, run in parts.items()}
        monkeypatch.setitem(preparation.STAGES, "first", lambda: named)
        return partial(prepare, tmp_path, "first", nothing)

    return set_parts


def test_every_part_runs_once(stage, tmp_path):
    parts = {name: (tmp_path / name).mkdir for name in ("one", "two", "three")}
    stage(**parts)()
    assert {path.name for path in tmp_path.iterdir()} >= set(parts)


def test_who_looks_meanwhile_sees_how_far_it_is(stage, tmp_path, monkeypatch):
    seen, show = [], preparation._show

    def watched(cache, name, progress):
        show(cache, name, progress)
        seen.append(read(cache, name))

    monkeypatch.setattr(preparation, "_show", watched)
    before = time.time()
    stage(one=nothing, two=nothing)()
    assert [(one.n_done, one.n_parts) for one in seen] == [(0, 2), (1, 2), (2, 2)]
    assert before <= seen[0].started_at == seen[-1].started_at <= time.time()
    assert read(tmp_path, "first") is None


def test_a_part_that_fails_is_told_and_leaves_no_count_behind(stage, tmp_path):
    with pytest.raises(ValueError, match="does not compile"):
        stage(one=nothing, two=faulty)()
    assert read(tmp_path, "first") is None


def test_what_was_compiled_is_not_compiled_again(stage, tmp_path):
    begin = stage(one=(tmp_path / "one").mkdir)
    assert not preparation.is_prepared(tmp_path, "first")
    begin()
    assert preparation.is_prepared(tmp_path, "first")
    # It would fail on the folder that is there.
    begin()


def test_a_part_that_fails_is_tried_again(stage, tmp_path):
    with pytest.raises(ValueError, match="does not compile"):
        stage(one=faulty)()
    assert not preparation.is_prepared(tmp_path, "first")


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (preparation, "source_digest", lambda: "another engine"),
        (preparation, "version", lambda name: "2.0"),
        (preparation, "_processor", lambda: ["another processor"]),
        (sys, "version", "4.0"),
    ],
)
def test_for_anything_else_it_is_compiled_anew(stage, tmp_path, monkeypatch, module, name, value):
    stage(one=nothing)()
    monkeypatch.setattr(module, name, value)
    assert not preparation.is_prepared(tmp_path, "first")


def test_with_another_part_it_is_compiled_anew(stage, tmp_path):
    stage(one=nothing)()
    stage(one=nothing, two=nothing)
    assert not preparation.is_prepared(tmp_path, "first")


@pytest.mark.parametrize("text", ["", "{", "{}", json.dumps({"n_done": "x"})])
def test_a_count_that_can_not_be_read_is_none(tmp_path, text):
    (tmp_path / "preparing-first.json").write_text(text)
    assert read(tmp_path, "first") is None


def test_a_count_is_read_as_it_was_written(tmp_path):
    preparation._show(tmp_path, "first", Progress(3, 22, 1.5))
    assert read(tmp_path, "first") == Progress(3, 22, 1.5)


@pytest.mark.processes
@pytest.mark.timeout(900)
def test_a_worker_on_a_new_machine_says_how_far_it_is_and_then_works(tmp_path):
    worker = Worker(tmp_path)
    worker.env |= {"NUMBA_CACHE_DIR": str(tmp_path / "numba")}
    worker.manage("migrate")
    worker.start()
    counts = []

    def is_at_work():
        row = worker.query("SELECT n_done || ' of ' || n_parts FROM engine_preparations")
        counts.append(row)
        return worker.query("SELECT count(*) FROM worker_heartbeats") == 2

    wait_until(is_at_work, "the clusters", seconds=600)
    said = [row for row in dict.fromkeys(counts) if row and row != "0 of 0"]
    done = [int(row.split()[0]) for row in said]
    assert len(done) > 3
    assert done == sorted(done)
    assert {row.split()[-1] for row in said} == {str(len(preparation.STAGES["first"]()))}
    wait_until(
        lambda: worker.query("SELECT count(*) FROM engine_preparations") == 0, "the row to go"
    )
    worker.stop()
