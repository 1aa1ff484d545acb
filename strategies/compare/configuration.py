"""What a configuration says, line by line in words, and where several say something else.

A key of the record that has no line of its own has one by its label, so that what is added to
records is compared from its first day.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from strategies.display import ShownStrategy
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import Pack, Strategy
from strategies.packs.display import ShownPack
from strategies.packs.names import PackNames
from strategies.record import keys
from strategies.record.shape import PackRecord, Unread
from strategies.record.spelling import canonical
from strategies.saving.storing import lay_on
from strategies.words.lookback import lookback_text
from strategies.words.protection import amount_text

NOTHING = "None"
# What the lines above those by label tell, and what is told nowhere.
_WORDED = {
    *("name", "symbol", "direction", "timeframe", "data_source", "trading_session", "notes"),
    *("entry_trigger_confluence_id", "entry_trigger_name", "entry_confirmation"),
    *("exit_trigger_confluence_ids", "exit_trigger_names", "bar_count_exit", "time_exit_config"),
    *("confluence", "general_confluences", "stop_config", "target_config", "hifi", "costs"),
    *("risk_per_trade", "starting_balance", "packs", "all_packs", "variants_tried"),
    *("data_days", "lookback_mode", "bar_count", "lookback_start_date", "lookback_end_date"),
    *("strategy_origin", "forward_test_start", "forward_testing", *keys.OLDER_KEYS),
}


class Row(NamedTuple):
    """One line of several configurations; `texts` in their order."""

    label: str
    texts: list[str]

    @property
    def differs(self) -> bool:
        return len(set(self.texts)) > 1


class Difference(NamedTuple):
    """A line that an edit changed."""

    label: str
    before: str
    after: str


def rows(several: Iterable[Mapping[str, str]]) -> list[Row]:
    """Every line that any of them has, in the order of the first that has it."""
    configurations = list(several)
    labels = dict.fromkeys(label for one in configurations for label in one)
    return [Row(label, [one.get(label, NOTHING) for one in configurations]) for label in labels]


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    return [Difference(row.label, *row.texts) for row in rows((before, after)) if row.differs]


def lines(record: Unread, packs: Iterable[PackRecord], mine: PackNames) -> dict[str, str]:
    """A configuration in words by the labels of its lines. `mine` says how packs are called now."""
    names = PackNames([*_rows_of(packs, mine), *mine.packs])
    strategy = Strategy()
    lay_on(strategy, keys.complete(record))
    shown = ShownStrategy(strategy, names, 0)
    return {
        **_series(strategy, shown),
        **_rules(shown),
        **_money(shown, record),
        "Lookback": lookback_text(record),
        **_others(record),
        **_packs(_rows_of(packs, mine)),
        "Notes": str(record.get("notes") or "") or NOTHING,
    }


def _series(strategy: Strategy, shown: ShownStrategy) -> dict[str, str]:
    return {
        "Name": strategy.name or NOTHING,
        "Ticker": strategy.symbol,
        "Direction": strategy.direction.capitalize(),
        "Timeframe": strategy.timeframe,
        "Bars": shown.source_label,
        "Session": shown.session,
    }


def _rules(shown: ShownStrategy) -> dict[str, str]:
    entry = [shown.entry, shown.confirmation]
    is_finer = bool(shown.record.get("hifi"))
    return {
        "Entry": "; ".join(text for text in entry if text) or NOTHING,
        "Exit": "; ".join(shown.exits) or "Stop and target only",
        "Conditions": "; ".join(shown.conditions) or NOTHING,
        "Stop": shown.stop,
        "Target": shown.target,
        "Finer bars": "Decide bars that held both stop and target" if is_finer else NOTHING,
    }


def _money(shown: ShownStrategy, record: Unread) -> dict[str, str]:
    risk, balance = record.get("risk_per_trade"), record.get("starting_balance")
    return {
        "Risk": f"{_dollars(risk)} a trade on {_dollars(balance)}",
        "Costs": "; ".join(shown.costs) or NOTHING,
    }


def _dollars(amount: object) -> str:
    return f"${amount_text(float(amount), 2)}" if isinstance(amount, int | float) else NOTHING


def _others(record: Unread) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in record.items():
        default = keys.DEFAULTS.get(name)
        if name not in _WORDED and canonical(value) not in (None, canonical(default)):
            label = keys.FIELD_LABELS.get(name, name).replace("_", " ")
            told[label.capitalize()] = _plain(value)
    return told


def _plain(value: object) -> str:
    """A value of any shape as a person reads it."""
    if isinstance(value, Mapping):
        parts = (f"{str(key).replace('_', ' ')} {_plain(one)}" for key, one in value.items())
        return ", ".join(parts) or NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    return NOTHING if value is None else str(value)


def _rows_of(packs: Iterable[PackRecord], mine: PackNames) -> list[Pack]:
    """Packs as they were, under the names they have now; without those nobody knows any more."""
    found = []
    for pack in packs:
        now = mine.pack(pack["id"])
        template = TEMPLATES.get(pack["base_template"])
        if template is not None:
            row = Pack(pack_id=pack["id"], family=template.family, base_template=template.id)
            row.version = now.version if now else pack.get("version", "Default")
            row.parameters = dict(pack.get("parameters") or {})
            found.append(row)
    return found


def _packs(packs: Iterable[Pack]) -> dict[str, str]:
    shown = (ShownPack(pack) for pack in packs)
    return {f"Pack {one.label}": one.summary for one in shown}
