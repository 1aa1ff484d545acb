"""A strategy that only its stop can end is told so, wherever its result is shown."""

import pytest

from strategies.testing import compute, make_strategy
from strategies.words.exits import only_the_stop

ALONE = {"stop_config": {"method": "atr"}, "entry_trigger_confluence_id": "a_b"}
LOSES = "The stop is the only way out, so no closed trade can win: each must lose."


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({}, LOSES),
        ({"exit_trigger_confluence_ids": [], "bar_count_exit": None}, LOSES),
        ({"target_config": {"method": "atr"}}, ""),
        ({"exit_trigger_confluence_ids": ["a_c"]}, ""),
        ({"bar_count_exit": 4}, ""),
        ({"time_exit_config": {"method": "eod_exit"}}, ""),
        ({"stop_config": {"method": "atr", "trailing": {"enabled": True}}}, ""),
        ({"stop_config": {"method": "atr", "trailing": {"enabled": False}}}, LOSES),
        (
            {"stop_config": {"method": "atr", "breakeven": {"enabled": True}}},
            "The stop is the only way out, so no closed trade can win more than its breakeven",
        ),
        (
            {"entry_trigger_confluence_id": "a_b_cc"},
            "The stop is the only way out, so no closed trade that was confirmed can win",
        ),
        ({"stop_config": None}, LOSES),
    ],
)
def test_what_it_means(changes, begins):
    found = only_the_stop({**ALONE, **changes})
    assert bool(found) == bool(begins)
    assert found.startswith(begins)


@pytest.mark.parametrize(("has_target", "is_told"), [(False, True), (True, False)])
def test_a_result_says_so_first(market, client, alice, has_target, is_told):
    target = {"method": "risk_reward", "rr_ratio": 2.0} if has_target else None
    changes = {"exit_trigger_confluence_ids": [], "target_config": target}
    strategy = compute(make_strategy(alice, **changes))
    client.force_login(alice)
    shown = client.get(strategy.get_absolute_url(), {"tab": "equity"}).content.decode()
    assert ("The stop is the only way out" in shown) == is_told
