"""Is a flat record a strategy that can run? Every fault by field, before anything is stored."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from accounts.models import User
from market import catalogue
from market.calendar import SESSIONS
from market.instruments import OFFERED
from market.models import Replay
from market.models.replay import PREFIX as REPLAY_PREFIX
from market.timeframes import TIMEFRAMES
from strategies.engine.errors import StrategyError
from strategies.engine.spec import StrategySpec
from strategies.models import Strategy
from strategies.packs.library import engine_packs
from strategies.record.exits import OPPOSITE, TIME_50
from strategies.record.lookback import (
    BAR_COUNT_LIMITS,
    DATA_DAYS_LIMITS,
    LOOKBACK_MODES,
    instant_of,
)
from strategies.record.reading import FIRST_YEAR, LAST_YEAR, parse_strategy
from strategies.record.sameness import COLUMNS, COST_FIELDS, DEFAULTS, Record, stop_config
from strategies.record.spelling import (
    confirmation_form,
    modifiers_part,
    reward_form,
    time_exit_form,
    trailing_form,
)

Fault = tuple[str, str]
# Spellings of the legacy record that say what other keys of the stored record say.
DERIVED_KEYS = (
    "entry_trigger",
    "exit_trigger",
    "exit_triggers",
    "exit_trigger_confluence_id",
    "stop_atr_mult",
)
TEXT_FIELDS = (*COLUMNS, "entry_trigger_confluence_id", "lookback_mode")
NAME_LENGTH = 120
NOTES_LENGTH = 10_000
MAX_COST = 1_000_000.0


class CheckedRecord(NamedTuple):
    record: Record
    spec: StrategySpec
    used_packs: list[Record]
    all_packs: list[Record]
    warnings: list[str]


def check_record(user: User, record: Mapping[str, Any]) -> CheckedRecord:
    """The complete, normalised record with the packs it reads.

    Raises StrategyError naming every field at fault, with the remedy.
    """
    complete = {**DEFAULTS, **record}
    _check_texts(complete)
    packs = _with_inline(engine_packs(user), complete.pop("packs", None) or [])
    faults = [*_plain_faults(complete), *_series_faults(user, complete)]
    try:
        spec = parse_strategy({**complete, "packs": []}, default_packs=packs, strict=True)
    except StrategyError as error:
        raise StrategyError([*faults, *error.errors]) from error
    if faults:
        raise StrategyError(faults)
    used = {pack.id for pack in spec.referenced_packs()}
    return CheckedRecord(
        _normalised(complete, spec),
        spec,
        [pack for pack in packs if pack["id"] in used],
        packs,
        list(spec.warnings),
    )


def _check_texts(record: Mapping[str, Any]) -> None:
    """What has to be a text is one, before anything looks closer."""
    wrong = [name for name in TEXT_FIELDS if not isinstance(record.get(name), str | None)]
    if wrong:
        raise StrategyError([(name, "Enter a text.") for name in wrong])


def spec_of(record: Mapping[str, Any], packs: list[Record]) -> StrategySpec:
    """The engine's form of a stored record; old rows may hold what new ones may not."""
    return parse_strategy({**record, "packs": []}, default_packs=packs, strict=False)


def _with_inline(packs: list[Record], inline: list[Record]) -> list[Record]:
    """Packs that come with the record are added; the same id replaces."""
    if not isinstance(inline, list) or not all(isinstance(one, dict) for one in inline):
        raise StrategyError([("packs", "Give a list of pack objects.")])
    replaced = {str(one.get("id")) for one in inline}
    return [*(pack for pack in packs if pack["id"] not in replaced), *inline]


def _normalised(record: Record, spec: StrategySpec) -> Record:
    """Canonical ids and one spelling of everything; unknown keys stay as they came."""
    kept = {key: value for key, value in record.items() if key not in DERIVED_KEYS}
    required = [one.text for one in spec.conditions]
    exits = [(one.id, one.display) for one in spec.exits] + _exit_words(spec)
    is_confirmed = spec.entry.execution == "LC"
    return {
        **kept,
        "symbol": spec.symbol,
        "direction": spec.direction,
        "entry_trigger_confluence_id": spec.entry.id,
        "entry_trigger_name": spec.entry.display,
        "entry_confirmation": confirmation_form(spec.confirmation) if is_confirmed else None,
        "exit_trigger_confluence_ids": [trigger_id for trigger_id, _ in exits],
        "exit_trigger_names": [display for _, display in exits],
        "bar_count_exit": spec.bar_count,
        "time_exit_config": time_exit_form(record.get("time_exit_config")),
        "hifi": spec.hifi,
        "confluence": [text for text in required if not text.startswith("GEN-")],
        "general_confluences": [text for text in required if text.startswith("GEN-")],
        "stop_config": _stop(record, spec),
        "target_config": _target(record, spec),
        "risk_per_trade": spec.risk_per_trade,
        "starting_balance": spec.starting_balance,
    }


def _exit_words(spec: StrategySpec) -> list[tuple[str, str]]:
    """The exits of older files that no other key of a record can say."""
    words = []
    if spec.opposite is not None:
        words.append((OPPOSITE, f"Opposite signal: {spec.opposite.display}"))
    if spec.time_exit_bars is not None:
        words.append((TIME_50, f"After {spec.time_exit_bars} bars"))
    return words


def _stop(record: Record, spec: StrategySpec) -> Record:
    """The stop with its blocks as they came; the exit `trailing_stop` becomes one of them."""
    stop = stop_config(record)
    if spec.trailing is not None and "trailing" not in modifiers_part(stop):
        stop["trailing"] = trailing_form(spec.trailing)
    return stop


def _target(record: Record, spec: StrategySpec) -> Record | None:
    """The target; the exits `fixed_r_2` and `fixed_r_3` become one."""
    target: Record | None = record.get("target_config")
    return reward_form(spec.target) if target is None and spec.target is not None else target


def _plain_faults(record: Mapping[str, Any]) -> Iterator[Fault]:
    if len(str(record.get("name") or "")) > NAME_LENGTH:
        yield "name", f"A name may have {NAME_LENGTH} characters."
    if len(str(record.get("notes") or "")) > NOTES_LENGTH:
        yield "notes", f"Notes may have {NOTES_LENGTH:,} characters."
    if str(record.get("strategy_origin")) != "standard":
        yield "strategy_origin", "Only standard strategies can be run; webhook signals can't yet."
    mode = record.get("lookback_mode")
    if str(mode).lower() not in {one.lower() for one in LOOKBACK_MODES}:
        yield "lookback_mode", f"Choose one of {', '.join(LOOKBACK_MODES)}."
    yield from _limit_fault(record, "data_days", DATA_DAYS_LIMITS)
    if record.get("bar_count") is not None:
        yield from _limit_fault(record, "bar_count", BAR_COUNT_LIMITS)
    for name in ("lookback_start_date", "lookback_end_date"):
        yield from _date_fault(record, name)
    if str(mode).lower() == "date range" and not record.get("lookback_start_date"):
        yield "lookback_start_date", "Choose the first date of the backtest."
    first, last = (str(record.get(f"lookback_{end}_date") or "")[:10] for end in ("start", "end"))
    if str(mode).lower() == "date range" and first and last and last <= first:
        yield "lookback_end_date", "Choose a date after the first one."
    yield from _cost_faults(record.get("costs"))


def _limit_fault(record: Mapping[str, Any], name: str, limits: tuple[int, int]) -> Iterator[Fault]:
    value = record.get(name)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not limits[0] <= int(str(value)) <= limits[1]:
        yield name, f"Enter a whole number from {limits[0]:,} to {limits[1]:,}."


def _date_fault(record: Mapping[str, Any], name: str) -> Iterator[Fault]:
    value = record.get(name)
    if not value:
        return
    try:
        year = instant_of(value if isinstance(value, str) else "").year
    except ValueError:
        yield name, "Enter a date as YYYY-MM-DD."
        return
    if not FIRST_YEAR <= year <= LAST_YEAR:
        yield name, f"Enter a date in the years {FIRST_YEAR} to {LAST_YEAR}."


def _cost_faults(costs: object) -> Iterator[Fault]:
    if costs is None:
        return
    if not isinstance(costs, Mapping):
        yield "costs", f"Give an object with {', '.join(COST_FIELDS)}."
        return
    for name, value in costs.items():
        if name not in COST_FIELDS:
            yield f"costs.{name}", f"There is no such cost; use {', '.join(COST_FIELDS)}."
        elif isinstance(value, bool) or not isinstance(value, int | float):
            yield f"costs.{name}", "Enter a number."
        elif not 0 <= value <= MAX_COST:
            yield f"costs.{name}", f"Enter a number from 0 to {MAX_COST:,.0f}."


def _series_faults(user: User, record: Mapping[str, Any]) -> Iterator[Fault]:
    source, symbol = str(record.get("data_source") or ""), str(record.get("symbol") or "")
    if record.get("timeframe") not in TIMEFRAMES:
        yield "timeframe", f"Choose one of {', '.join(TIMEFRAMES)}."
    if record.get("trading_session") not in SESSIONS:
        yield "trading_session", f"Choose one of {', '.join(SESSIONS)}."
    if not source:
        yield "data_source", "Choose the bars the strategy runs on."
    elif not catalogue.may_see(user, source):
        yield "data_source", f"There is no source {source!r} you may read."
    elif symbol and not (catalogue.has_symbol(source, symbol) or _is_fed_on_demand(source, symbol)):
        known = [one.symbol for one in catalogue.symbols_for(source)]
        offered = ", ".join(known[:8]) or "none yet"
        yield "symbol", f"{source} has no bars of {symbol}. Symbols with bars: {offered}."


def _is_fed_on_demand(source: str, symbol: str) -> bool:
    """A feed brings the offered symbols even before it has stored a bar of them."""
    if source.startswith(REPLAY_PREFIX):
        return Replay.objects.all().by_source(source).filter(symbol=symbol).exists()
    is_fed = source == catalogue.SIMULATED or source.startswith("alpaca:")
    return is_fed and symbol in {one.symbol for one in OFFERED}


def stored_spec(strategy: Strategy) -> StrategySpec:
    """The engine's form of a stored strategy with its user's packs as they are now."""
    return spec_of(strategy.as_record(), engine_packs(strategy.user))
