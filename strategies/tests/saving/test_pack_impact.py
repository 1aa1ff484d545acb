"""What a change of a pack would touch, said before it is made."""

import pytest

from strategies.models import Strategy
from strategies.packs import library
from strategies.packs.parameters import ParameterError
from strategies.saving import pack_changes
from strategies.testing import make_strategy, pack_of

pytestmark = pytest.mark.django_db


def test_a_pack_nobody_reads_touches_nothing(alice):
    pack = library.create_pack(alice, "rvol", {})
    assert (pack_changes.impact_of(pack).strategies, pack_changes.impact_of(pack).text) == ([], "")


def test_strategies_and_their_forward_tests_are_counted(market, alice, charlie):
    for owner, name in ((alice, "One"), (alice, "Two"), (charlie, "Theirs")):
        make_strategy(owner, name=name)
    pack = pack_of(alice, "ema_stack_fast")
    impact = pack_changes.impact_of(pack)
    assert [one.name for one in impact.strategies] == ["One", "Two"]
    # Recorded bars have no forward test.
    assert impact.text == "2 strategies"
    one = impact.strategies[0]
    Strategy.objects.filter(pk=one.pk).update(data_source="simulated", alert_tracking_enabled=True)
    assert pack_changes.impact_of(pack).text == "2 strategies, 1 forward test, 1 monitored"


def test_only_other_values_are_a_change(alice):
    pack = library.create_pack(alice, "ema_stack", {})
    assert not pack_changes.would_change(pack, {})
    assert not pack_changes.would_change(pack, {"short_period": 9})
    assert pack_changes.would_change(pack, {"short_period": 8})
    with pytest.raises(ParameterError):
        pack_changes.would_change(pack, {"short_period": 30})


def test_why_a_pack_stays_is_said_with_the_remedy(market, alice):
    strategy = make_strategy(alice)
    assert "Still used by “Fast cross”" in pack_changes.reason_to_keep(
        pack_of(alice, "ema_stack_fast")
    )
    assert "Disable it" in pack_changes.reason_to_keep(pack_of(alice, "vwap_default"))
    Strategy.objects.filter(pk=strategy.pk).update(deleted_at=strategy.created_at)
    assert "in the bin" in pack_changes.reason_to_keep(pack_of(alice, "ema_stack_fast"))
