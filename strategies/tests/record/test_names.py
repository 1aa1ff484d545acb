"""Names in records: labels of other timeframes, older templates, packs that share a beginning."""

from dataclasses import replace

import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Alias
from strategies.record.reading import parse_strategy
from strategies.tests.record.parsing import SCALPING, errors_of, parse

ENTRY = "entry_trigger_confluence_id"
OLD = Alias(
    "rvol_old",
    prefix="rvol_v2",
    interpreter="RVOL_V2",
    parameters=(("vol_sma_period", "sma_period"),),
    states=(("BIG", "HIGH"),),
    triggers=(("burst", "spike"),),
)
OLD_PACK = {"id": "mine", "base_template": "rvol_old", "parameters": {"vol_sma_period": 9}}


@pytest.fixture
def old_name(monkeypatch):
    """RVOL as older files call it."""
    rvol = replace(TEMPLATES["rvol"], aliases=(OLD,))
    monkeypatch.setitem(TEMPLATES, "rvol", rvol)


@pytest.mark.parametrize(
    ("own", "given", "text", "timeframe", "warns"),
    [
        ("1Min", "5m-RVOL-HIGH", "5m-RVOL_DEFAULT-HIGH", "5Min", False),
        ("1Min", "1d-RVOL-HIGH", "1d-RVOL_DEFAULT-HIGH", "1Day", False),
        ("1Min", "5M-RVOL-HIGH", "5m-RVOL_DEFAULT-HIGH", "5Min", True),
        ("1Min", "5Min-RVOL-HIGH", "5m-RVOL_DEFAULT-HIGH", "5Min", True),
        ("1Min", "1m-RVOL-HIGH", "1M-RVOL_DEFAULT-HIGH", "", True),
        ("5Min", "1m-RVOL-HIGH", "1m-RVOL_DEFAULT-HIGH", "1Min", False),
        ("5Min", "1M-RVOL-HIGH", "5M-RVOL_DEFAULT-HIGH", "", True),
        ("5Min", "5m-RVOL-HIGH", "5M-RVOL_DEFAULT-HIGH", "", True),
        ("1Day", "1h-RVOL-HIGH", "1h-RVOL_DEFAULT-HIGH", "1Hour", False),
    ],
)
def test_a_label_says_on_which_bars_a_condition_is_read(own, given, text, timeframe, warns):
    spec = parse(timeframe=own, confluence=[given])
    (record,) = spec.conditions
    assert (record.text, record.timeframe) == (text, timeframe)
    assert bool(record.timeframe_seconds) == bool(timeframe)
    assert bool(spec.warnings) == warns


def test_one_state_may_be_required_on_several_timeframes():
    spec = parse(confluence=["1M-RVOL-HIGH", "5m-RVOL-HIGH", "15m-RVOL-HIGH"])
    assert list(spec.packs_by_timeframe()) == ["5Min", "15Min"]


@pytest.mark.parametrize("label", ["7m", "", "5s", "m5"])
def test_an_unknown_label_is_refused_with_those_there_are(label):
    message = errors_of(confluence=[f"{label}-RVOL-HIGH"])["confluence[0]"]
    assert "1M for the strategy's own" in message
    assert "15m" in message


def test_a_session_bound_state_on_days_is_a_doubt():
    changes = {"confluence": ["1d-VWAP->V"]}
    assert "a day or longer" in parse(**changes).warnings[0]
    assert "a day or longer" in errors_of(strict=True, **changes)["confluence[0]"]


def test_general_conditions_have_no_timeframe():
    assert "names no pack" in errors_of(confluence=["5m-TOD_NY_OPEN-IN_WINDOW"])["confluence[0]"]
    assert "general pack" in errors_of(confluence=["GEN-RVOL-HIGH"])["confluence[0]"]


def test_a_pack_of_an_older_template_is_read_as_todays(old_name):
    spec = parse(packs=[OLD_PACK], **{ENTRY: "mine_burst"}, confluence=["1M-MINE-BIG"])
    assert (spec.entry.id, spec.conditions[0].text) == ("mine_spike", "1M-MINE-HIGH")
    assert spec.entry.pack.base_template == "rvol"
    assert spec.entry.pack.parameters["sma_period"] == 9
    assert len(spec.warnings) == 3


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("rvol_v2_burst", "rvol_default_spike"),
        ("rvol_v2_burst_cc", "rvol_default_spike_cc"),
        ("rvol_v2_extreme", "rvol_default_extreme"),
        ("rvol_old_default_burst", "rvol_default_spike"),
        ("rvol_default_burst", "rvol_default_spike"),
    ],
)
def test_older_names_of_triggers_resolve_with_a_warning(old_name, given, canonical):
    spec = parse(**{ENTRY: given})
    assert spec.entry.id == canonical
    assert canonical in spec.warnings[0]


@pytest.mark.parametrize("key", ["RVOL_V2", "RVOL_OLD_DEFAULT", "RVOL"])
def test_older_keys_and_states_resolve_with_a_warning(old_name, key):
    spec = parse(confluence=[f"1M-{key}-BIG"])
    assert spec.conditions[0].text == "1M-RVOL_DEFAULT-HIGH"
    assert spec.warnings


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("utv4_bull_flip_hm", "utbot_default_buy_lc"),
        ("utbot_v2_buy_ib", "utbot_default_buy_ib"),
        ("ema_pp_v2_cross_short_up_cc", "ema_price_position_default_cross_short_up_cc"),
        ("macd_default_cross_bull", "macd_line_default_cross_bull"),
        ("macd_hist_flip_pos", "macd_histogram_default_flip_pos"),
        ("s123t_bullish_c2_detected", "swing_123_default_bull_c2"),
        ("sw123_bull_c2_cc", "swing_123_default_bull_c2_cc"),
        ("bb_cross_basis_up", "bollinger_bands_default_cross_basis_up"),
        ("bb_cross_above_basis", "bollinger_squeeze_default_cross_above_basis"),
    ],
)
def test_ids_of_older_files_resolve(given, canonical):
    assert parse(**{ENTRY: given}).entry.id == canonical


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("1M-UT_BOT_V4-BULL_TREND", "1M-UTBOT_DEFAULT-BULL"),
        ("1M-RSI_ZONES_2-NEUTRAL_BULLISH", "1M-RSI_ZONES_DEFAULT-BULLISH_NEUTRAL"),
        ("15M-SR_CHANNELS-IN_SUPPORT", "15m-SR_CHANNELS_DEFAULT-IN_CHANNEL"),
        ("1M-SR_CHANNELS-IN_RESISTANCE", "1M-SR_CHANNELS_DEFAULT-IN_CHANNEL"),
        ("1M-VWAP_V2->+1sigma", "1M-VWAP_DEFAULT->+1σ"),
    ],
)
def test_records_of_older_files_resolve_with_a_warning(given, canonical):
    spec = parse(confluence=[given])
    assert spec.conditions[0].text == canonical
    assert spec.warnings


def test_an_older_key_means_the_listed_pack_of_that_template(old_name):
    spec = parse(packs=[OLD_PACK], confluence=["1M-RVOL_V2-HIGH", "1M-RVOL-HIGH"])
    assert [record.pack.id for record in spec.conditions] == ["mine", "rvol_default"]


def test_unknown_parameters_of_an_older_template_are_doubted(old_name):
    pack = {**OLD_PACK, "parameters": {"vol_sma_period": 9, "source": "close"}}
    assert "no parameter" in " ".join(parse(packs=[pack]).warnings)


def test_the_longest_id_that_has_the_trigger_wins():
    short = {**SCALPING, "id": "vwap_default_cross"}
    assert parse(packs=[short], **{ENTRY: "vwap_default_cross_above"}).entry.pack.id == (
        "vwap_default"
    )


def test_a_key_without_a_seeded_pack_means_the_first_listed(monkeypatch):
    monkeypatch.setitem(TEMPLATES, "ema_stack", replace(TEMPLATES["ema_stack"], seeds=()))
    record = {"symbol": "SPY", ENTRY: "ema_cross_bull", "packs": [SCALPING]}
    assert parse_strategy(record).entry.pack.id == "ema_stack_custom_1"
    assert parse_strategy({**record, "packs": []}).entry.pack.id == "ema_stack_default"
