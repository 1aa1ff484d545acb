"""Stop, target, time exit and finer bars in the builder."""

import pytest

from strategies.tests.builder.building import built, form_of, options, page, pushed

pytestmark = pytest.mark.usefixtures("market")
TRAILING = {"enabled": True, "method": "atr", "atr_mult": 2.0, "activation_r": 1.0}
EOD = {"method": "eod_exit", "minutes_before_close": 20}


def test_a_plain_stop_says_no_more_than_before(alice):
    assert built(alice)["stop_config"] == {"method": "atr", "atr_mult": 1.5}


def test_a_stop_with_everything(alice):
    stop = built(
        alice,
        stop_exec_type="C",
        trailing_method="atr",
        trailing_atr_mult="2",
        trailing_activation_r="1",
        breakeven="on",
        breakeven_offset="0.1",
    )["stop_config"]
    assert stop["exec_type"] == "C"
    assert stop["trailing"] == TRAILING
    assert stop["breakeven"] == {"enabled": True, "activation_r": 1.0, "offset": 0.1}


def test_only_fields_that_mean_something_are_shown(alice):
    fields = form_of(alice).fields
    assert not {"trailing_activation_r", "breakeven_offset", "target_exec_type"} & set(fields)
    fields = form_of(alice, trailing_method="percentage", target_method="risk_reward").fields
    assert {"trailing_percentage", "trailing_activation_r", "target_exec_type"} < set(fields)
    assert "trailing_atr_mult" not in fields


def test_limits_of_a_trailing_stop_are_shown_and_kept(builder):
    shown = page(builder, trailing_method="atr", trailing_atr_mult="99")
    assert "0.1 to 10" in shown
    assert "At most 10" in shown
    assert 'value="99"' in shown


@pytest.mark.parametrize(
    ("pack", "name"),
    [("atr_trailing_default", "trailing"), ("breakeven_1r", "breakeven")],
)
def test_a_risk_pack_switches_its_block_on(alice, pack, name):
    assert built(alice, preset=pack)["stop_config"][name]["enabled"] is True


def test_a_risk_pack_without_a_block_switches_it_off_and_leaves_the_fill(alice):
    stop = built(alice, preset="atr_tight", trailing_method="atr", stop_exec_type="CC")
    assert stop["stop_config"] == {"method": "atr", "atr_mult": 1.0, "exec_type": "CC"}


def test_a_trailing_stop_switched_off_keeps_its_sizes(alice):
    kept = {"stop_config": {"method": "atr", "atr_mult": 1.5, "trailing": TRAILING}}
    stop = built(alice, kept, trailing_method="")["stop_config"]
    assert stop["trailing"] == {**TRAILING, "enabled": False}


@pytest.mark.parametrize(
    "stop",
    [
        {"method": "swing", "lookback": 5},
        {"method": "atr", "atr_mult": 1.5, "exec_type": "L"},
        {"method": "atr", "atr_mult": 1.5, "trailing": {"method": "atr", "atr_mult": 3.0}},
        {"method": "atr", "atr_mult": 1.5, "breakeven": {"enabled": True}},
    ],
)
def test_saving_a_stop_unchanged_writes_what_was_there(alice, stop):
    breakeven = "on" if stop.get("breakeven") else ""
    shown = {"stop_method": stop["method"], "stop_atr_mult": "1.5", "breakeven": breakeven}
    assert built(alice, {"stop_config": stop}, **shown)["stop_config"] == stop


def test_a_target_may_wait_for_a_close(alice):
    target = built(alice, target_method="risk_reward", target_exec_type="LC")["target_config"]
    assert target == {"method": "risk_reward", "rr_ratio": 2.0, "exec_type": "LC"}


def test_a_time_exit_has_the_fields_of_its_method(alice):
    minutes = {"time_exit_method": "eod_exit", "time_exit_minutes_before_close": "20"}
    assert built(alice, **minutes)["time_exit_config"] == EOD
    assert built(alice, time_exit_method="")["time_exit_config"] is None


def test_a_time_pack_fills_them(builder, alice):
    assert built(alice, time_preset="max_hold_4")["time_exit_config"] == {
        "method": "max_hold_bars",
        "max_bars": 4,
    }
    address = pushed(builder, time_preset="eod_30min")
    assert "time_exit_minutes_before_close=30" in address
    assert "time_preset" not in address


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"trading_session": "24/7"}, "24/7 has none"),
        ({"timeframe": "1Day", "entry": "ema_stack_default_cross_bull"}, "shorter than a day"),
    ],
)
def test_without_a_session_clock_exits_are_closed_with_the_reason(builder, changes, reason):
    shown = page(builder, **changes)
    picker = shown.split('name="time_exit_method"')[1].split("</select>")[0]
    assert '<option value="eod_exit" disabled>' in picker
    assert '<option value="max_hold_bars">' in picker
    assert reason in shown
    presets = shown.split('name="time_preset"')[1].split("</select>")[0]
    assert '<option value="eod_15min" disabled>' in presets


def test_a_chosen_clock_exit_stays_and_is_named(alice):
    form = form_of(alice, time_exit_method="eod_exit", trading_session="24/7")
    assert not form.is_valid()
    assert "time_exit_method" in form.errors
    assert '<option value="eod_exit" selected>' in str(form["time_exit_method"])


def test_finer_bars_are_offered_above_the_finest(alice):
    assert "hifi" not in form_of(alice).fields
    assert built(alice, timeframe="5Min", hifi="on")["hifi"] is True


def test_a_box_that_is_unticked_is_off(alice):
    kept = {"hifi": True}
    assert built(alice, kept, timeframe="5Min")["hifi"] is False
    assert "hifi" not in built(alice, timeframe="5Min")


def test_boxes_are_part_of_the_address(builder):
    address = pushed(builder, timeframe="5Min", hifi="on", breakeven="on")
    assert "hifi=on" in address
    shown = builder.get(address).content.decode()
    for name in ("hifi", "breakeven"):
        box = shown.split(f'<input type="checkbox" name="{name}"')[1].split(">")[0]
        assert "checked" in box
    assert options(shown, "stop_exec_type") == ["L", "C", "LC", "CC"]
