"""What a kind of work has to declare."""

import pydoc

from trader.tests.work.kinds import kinds


def test_kinds_are_found_by_themselves():
    assert {"run", "trustcheck"} <= {kind.name for kind in kinds()}


def test_the_task_of_a_kind_lies_in_its_room(kind):
    assert kind.life.task.startswith(f"{kind.model._meta.app_label}.tasks.")
    assert callable(pydoc.locate(kind.life.task))


def test_orphans_are_found_by_an_index(kind):
    indexed = [index.fields for index in kind.model._meta.indexes]
    assert ["status", "lease_until"] in indexed


def test_a_user_reads_why_work_ended(kind):
    assert kind.life.gave_up.endswith(".")
    assert "given up" in kind.life.gave_up
