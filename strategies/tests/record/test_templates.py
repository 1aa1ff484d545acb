"""Whatever templates there are: each name they declare is read as what it means."""

import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.record.triggers import SUFFIX_OF
from strategies.tests.record.parsing import parse

NODES = [t for t in TEMPLATES.values() if t.family in ("tf", "general")]
WITH_TRIGGERS = [t for t in NODES if t.triggers and t.id != "bar_count"]
WITH_STATES = [t for t in NODES if t.states]
ALIASES = [(t, alias) for t in NODES for alias in t.aliases]


def entry(trigger_id):
    return parse(entry_trigger_confluence_id=trigger_id).entry


def record(text):
    (found,) = parse(confluence=[text]).conditions
    return found


@pytest.mark.parametrize("template", WITH_TRIGGERS, ids=lambda t: t.id)
def test_every_trigger_is_read_in_each_execution_it_offers(template):
    for trigger in template.triggers:
        for execution in trigger.executions:
            trigger_id = f"{template.id}_default_{trigger.base}{SUFFIX_OF[execution]}"
            found = entry(trigger_id)
            assert (found.id, found.base, found.execution) == (trigger_id, trigger.base, execution)


@pytest.mark.parametrize("template", WITH_TRIGGERS, ids=lambda t: t.id)
def test_every_opposite_is_a_trigger_of_the_same_template(template):
    for trigger in template.triggers:
        if trigger.opposite:
            entry_id = f"{template.id}_default_{trigger.base}"
            spec = parse(entry_trigger_confluence_id=entry_id, exit_trigger="opposite_signal")
            assert spec.opposite.base == trigger.opposite


@pytest.mark.parametrize("template", WITH_STATES, ids=lambda t: t.id)
def test_every_state_is_read_on_its_timeframes(template):
    labels = ("GEN",) if template.family == "general" else ("1M", "5m")
    for state in template.states:
        for label in labels:
            text = f"{label}-{template.id.upper()}_DEFAULT-{state.name}"
            assert (record(text).text, record(text).state) == (text, state.name)


@pytest.mark.parametrize(("template", "alias"), ALIASES, ids=lambda one: one.id)
def test_every_name_of_an_alias_means_something(template, alias):
    pack = {"id": "old", "base_template": alias.id}
    for old, current in alias.triggers:
        found = parse(packs=[pack], entry_trigger_confluence_id=f"old_{old}").entry
        assert (found.pack.base_template, found.base) == (template.id, current)
    for old, current in alias.states:
        found = parse(packs=[pack], confluence=[f"1M-OLD-{old}"]).conditions[0]
        assert (found.pack.base_template, found.state) == (template.id, current)
    names = {parameter.name for parameter in template.parameters}
    assert {current for _, current in alias.parameters} <= names
