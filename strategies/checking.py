"""Is a flat record a strategy that can run? Every fault by field, before anything is stored."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeGuard, cast

from accounts.models import User
from market import catalogue
from strategies.engine.errors import StrategyError
from strategies.engine.spec import StrategySpec
from strategies.models import Strategy
from strategies.packs.implied import named_in
from strategies.packs.library import engine_packs
from strategies.record import keys
from strategies.record.part import Fault
from strategies.record.parts.series import unchosen
from strategies.record.reading import parse_strategy
from strategies.record.shape import PackRecord, StrategyRecord, Unread


class CheckedRecord(NamedTuple):
    record: StrategyRecord
    spec: StrategySpec
    used_packs: list[PackRecord]
    all_packs: list[PackRecord]
    warnings: list[str]


def check_record(user: User, record: Unread) -> CheckedRecord:
    """The complete, normalised record with the packs it reads.

    Raises StrategyError naming every field at fault, with the remedy.
    """
    complete = keys.complete(record)
    _check_texts(complete)
    inline = complete.pop("packs", None) or []
    packs = _with_inline(engine_packs(user), inline)
    packs += named_in(complete, [pack["id"] for pack in packs])
    spec, errors = _read(complete, packs)
    plain = [*keys.plain_faults(complete), *_series_faults(user, complete)]
    if spec is None or plain:
        raise StrategyError(_told_once(plain, errors))
    used = {pack.id for pack in spec.referenced_packs()}
    # Every part has read its keys by now: what is stored has the shape it says.
    normalised = cast(StrategyRecord, keys.spelled(complete, spec))
    used_packs = [pack for pack in packs if pack["id"] in used]
    return CheckedRecord(normalised, spec, used_packs, packs, list(spec.warnings))


def _read(record: Unread, packs: list[PackRecord]) -> tuple[StrategySpec | None, list[Fault]]:
    """The engine's form of the record, or what is wrong with it."""
    try:
        return parse_strategy({**record, "packs": []}, default_packs=packs, strict=True), []
    except StrategyError as error:
        return None, error.errors


def _told_once(plain: list[Fault], errors: list[Fault]) -> list[Fault]:
    """All of them, but what is wrong with one field is not said in two ways."""
    named = {field for field, _ in plain}
    return [*plain, *(error for error in errors if error[0] not in named)]


def _check_texts(record: Unread) -> None:
    """What has to be a text is one, before anything looks closer."""
    wrong = [name for name in keys.TEXT_FIELDS if not isinstance(record.get(name), str | None)]
    if wrong:
        raise StrategyError([(name, "Enter a text.") for name in wrong])


def spec_of(record: Unread, packs: Sequence[Unread]) -> StrategySpec:
    """The engine's form of a stored record; old rows may hold what new ones may not."""
    return parse_strategy({**record, "packs": []}, default_packs=packs, strict=False)


def _with_inline(packs: list[PackRecord], inline: object) -> list[PackRecord]:
    """Packs that come with the record are added; the same id replaces."""
    if not _are_objects(inline):
        raise StrategyError([("packs", "Give a list of pack objects.")])
    replaced = {str(one.get("id")) for one in inline}
    return [*(pack for pack in packs if pack["id"] not in replaced), *inline]


def _are_objects(packs: object) -> TypeGuard[list[PackRecord]]:
    """Whether these may be packs; what is wrong inside one is named when it is read."""
    return isinstance(packs, list) and all(isinstance(one, dict) for one in packs)


def _series_faults(user: User, record: Unread) -> Iterator[Fault]:
    source, symbol = str(record.get("data_source") or ""), str(record.get("symbol") or "")
    yield from unchosen(record)
    if not source:
        yield "data_source", "Choose the bars the strategy runs on."
    elif not catalogue.may_see(user, source):
        yield "data_source", f"There is no source {source!r} you may read."
    elif symbol and not (
        catalogue.has_symbol(source, symbol) or catalogue.is_fed_on_demand(source, symbol)
    ):
        known = [one.symbol for one in catalogue.symbols_for(source)]
        offered = ", ".join(known[:8]) or "none yet"
        yield "symbol", f"{source} has no bars of {symbol}. Symbols with bars: {offered}."


def stored_spec(strategy: Strategy) -> StrategySpec:
    """The engine's form of a stored strategy with its user's packs as they are now."""
    return spec_of(strategy.as_record(), engine_packs(strategy.user))
