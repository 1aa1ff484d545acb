"""The builder: pickers, state in the address, preview runs, saving, conflicts."""

import pytest
from django.urls import reverse
from django.utils import timezone

from market.testing import make_bars
from strategies import tasks
from strategies.models import Run, Strategy
from strategies.packs.library import set_enabled
from strategies.saving import changes as saving
from strategies.testing import make_computed, make_strategy, pack_of
from strategies.tests.builder.building import NEW, STATE, page
from trader.models import EnginePreparation

pytestmark = pytest.mark.django_db


def test_an_untouched_builder_shows_no_fault(builder):
    shown = builder.get(NEW).content.decode()
    assert "Choose an entry trigger" in shown
    assert "errorlist" not in shown
    assert "aria-invalid" not in shown


def test_a_missing_entry_is_marked_once_something_was_chosen(builder):
    assert 'aria-invalid="true"' in page(builder, entry="")


def test_entry_triggers_follow_the_direction(builder):
    assert "vwap_default_cross_above" in page(builder)
    short = page(builder, direction="SHORT", entry="", exit_1="")
    picker = short.split('name="entry"')[1].split("</select>")[0]
    assert "vwap_default_cross_below" in picker
    assert "vwap_default_cross_above" not in picker


def test_a_disabled_pack_is_not_offered(builder, alice):
    set_enabled(pack_of(alice, "macd_line_default"), False)
    assert "macd_line_default_cross_bull" not in page(builder)


def test_vwap_is_not_offered_on_days(builder):
    assert "vwap_default" not in page(builder, timeframe="1Day", entry="", exit_1="")


def test_a_picked_condition_becomes_a_chip_and_part_of_the_address(builder):
    answer = builder.get(
        NEW, {**STATE, "add_condition": "1M-VWAP_DEFAULT->V"}, headers={"HX-Request": "true"}
    )
    assert "conditions=1M-VWAP_DEFAULT-%3EV" in answer["HX-Push-Url"]
    assert "VWAP (Default): &gt;V" in answer.content.decode()


def test_the_address_alone_brings_the_state_back(builder):
    pushed = builder.get(NEW, STATE, headers={"HX-Request": "true"})["HX-Push-Url"]
    again = builder.get(pushed, headers={"HX-Request": "true"})["HX-Push-Url"]
    assert again == pushed
    assert "csrf" not in pushed


def test_a_risk_pack_fills_stop_and_target(builder):
    pushed = builder.get(NEW, {**STATE, "preset": "fixed_1_2"}, headers={"HX-Request": "true"})[
        "HX-Push-Url"
    ]
    assert "stop_method=fixed_dollar" in pushed
    assert "target_dollar_amount=2.0" in pushed


def test_limits_are_said_in_few_words(builder):
    shown = page(builder, bar_count_exit="9999", stop_atr_mult="0.1")
    assert "At most 500." in shown
    assert "At least 0.5." in shown


def test_limits_are_named_beside_the_field(builder):
    assert "At most 5.0." in page(builder, stop_atr_mult="9")


def test_a_preview_runs_in_the_background_and_is_found_again(builder):
    started = builder.post(reverse("strategies:preview-start"), STATE).content.decode()
    assert "Waiting for a worker" in started
    run = Run.objects.get()
    tasks.run_backtest(run.pk)
    assert "Equity in R" in page(builder)
    assert Run.objects.count() == 1


def test_a_preview_says_that_the_engine_is_prepared_first(builder):
    EnginePreparation.objects.create(
        worker_id="w", n_done=20, n_parts=40, elapsed_s=30, beat_at=timezone.now()
    )
    started = builder.post(
        reverse("strategies:preview-start"), STATE, headers={"HX-Request": "true"}
    ).content.decode()
    assert "Preparing the engine, once: 20 of 40 parts, about 30 s" in started
    assert "Waiting for a worker" not in started


def test_a_new_preview_takes_the_place_of_the_shown_one(builder):
    builder.post(reverse("strategies:preview-start"), STATE)
    first = Run.objects.get()
    builder.post(
        reverse("strategies:preview-start"), {**STATE, "data_days": "8", "replaces": first.code}
    )
    first.refresh_from_db()
    assert first.status == "cancelled"


def test_the_limit_is_shown_with_what_can_be_cancelled(builder):
    for days in ("7", "8", "9"):
        answer = builder.post(reverse("strategies:preview-start"), {**STATE, "data_days": days})
    assert "which is the limit" in answer.content.decode()
    assert Run.objects.count() == 2


def test_a_preview_can_be_cancelled(builder):
    builder.post(reverse("strategies:preview-start"), STATE)
    code = Run.objects.get().code
    builder.post(reverse("strategies:run-cancel", args=[code]), headers={"HX-Request": "true"})
    assert Run.objects.get().status == "cancelled"


def test_saving_creates_the_strategy_and_announces_it(builder):
    answer = builder.post(NEW, {**STATE, "action": "save", "name": "Reclaim"}, follow=True)
    assert Strategy.objects.get().name == "Reclaim"
    assert "“Reclaim” is saved." in answer.content.decode()


def test_without_scripts_the_form_leads_to_the_address(builder):
    answer = builder.post(NEW, {**STATE, "action": "update"})
    assert answer.status_code == 302
    assert "entry=vwap_default_cross_above" in answer["Location"]


def test_a_refused_save_keeps_what_was_typed(builder):
    answer = builder.post(NEW, {**STATE, "action": "save", "name": "Kept", "data_days": "2"})
    assert answer.status_code == 422
    assert 'value="Kept"' in answer.content.decode()
    assert not Strategy.objects.exists()


def edit(client, strategy, **changes):
    state = {
        **STATE,
        "entry": "ema_stack_fast_cross_bull",
        "exit_1": "ema_stack_fast_cross_bear",
        "target_method": "risk_reward",
        "target_rr_ratio": "2.0",
        "name": strategy.name,
        "version": strategy.version,
        "action": "save",
    }
    return client.post(
        reverse("strategies:strategy-edit", args=[strategy.pk]), {**state, **changes}
    )


def test_editing_opens_with_the_stored_values(builder, alice):
    strategy = make_strategy(alice)
    shown = builder.get(reverse("strategies:strategy-edit", args=[strategy.pk])).content.decode()
    assert 'value="ema_stack_fast_cross_bull" selected' in shown


def test_saving_unchanged_values_preserves_the_forward_test(builder, alice):
    strategy = make_computed(alice)
    assert edit(builder, strategy).status_code == 302
    strategy.refresh_from_db()
    assert (strategy.version, strategy.runs.count()) == (2, 1)


def test_the_builder_warns_before_a_reset(builder, alice):
    make_bars("simulated", "SPY", n_days=2)
    strategy = make_strategy(alice, data_source="simulated")
    address = reverse("strategies:strategy-edit", args=[strategy.pk])
    assert (
        "starts the forward test anew"
        in builder.get(address, {"timeframe": "5Min"}).content.decode()
    )


def test_a_conflict_keeps_the_entries_and_saves_on_the_second_try(builder, alice):
    strategy = make_strategy(alice)
    saving.update_strategy(strategy, {"name": "Elsewhere"}, version=1)
    answer = edit(builder, strategy, name="Mine")
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "saved elsewhere" in shown
    assert 'value="Mine"' in shown
    assert edit(builder, strategy, name="Mine", version=2).status_code == 302


def test_a_monitored_strategy_is_reset_only_by_the_button_that_says_so(builder, alice):
    strategy = make_strategy(alice, alert_tracking_enabled=True)
    answer = edit(builder, strategy, bar_count_exit="5")
    assert answer.status_code == 409
    assert "is monitored" in answer.content.decode()
    assert edit(builder, strategy, bar_count_exit="5", action="reset").status_code == 302


def test_sessions_and_own_bars_are_named_in_words(builder):
    shown = page(builder)
    assert '<option value="RTH" selected>Regular hours</option>' in shown
    assert "9:30 to 16:00 ET" in shown
    assert "Own bars (1Min)" in shown
    assert "Every minute of every day" in page(builder, trading_session="24/7")
