"""Going back to an earlier version: as a strategy of its own, so that nothing of now is lost."""

from strategies.models import Pack, StrategyVersion
from strategies.packs.library import NAME_LENGTH
from strategies.record import ids
from strategies.record.part import Values
from strategies.record.sameness import pack_fingerprint
from strategies.record.shape import PackRecord
from strategies.saving import changes
from strategies.saving.changes import Saved
from strategies.saving.storing import changing, suffixed

_TRIGGER_LISTS = ("exit_trigger_confluence_ids",)
_CONDITION_LISTS = ("confluence", "general_confluences")
LONGEST_ID = 80


def clone_version(version: StrategyVersion) -> Saved:
    """A new strategy that says what the version said, with its packs as they were then.

    It is backtested anew and its forward test begins now. A pack that has been edited since comes
    back beside it, under an id of its own. Raises StrategyError where it can't run any more.
    """
    with changing():
        name = str(version.record.get("name") or version.strategy.name)
        record: Values = {**version.record, "name": suffixed(name, f" (version {version.number})")}
        renamed = _renamed(version)
        packs = [_as_then(pack, renamed, version.number) for pack in version.pack_records]
        return changes.create_strategy(
            version.user,
            {**with_packs_named(record, version.pack_records, renamed), "packs": packs},
            keeps_unknown=True,
        )


def _renamed(version: StrategyVersion) -> dict[str, str]:
    """Ids for the packs of the version whose own id means other parameters by now."""
    mine = {pack.pack_id: pack.as_record() for pack in Pack.objects.for_user(version.user)}
    found: dict[str, str] = {}
    for pack in version.pack_records:
        now = mine.get(pack["id"])
        if now is not None and pack_fingerprint(now) != pack_fingerprint(pack):
            found[pack["id"]] = _free_id(pack, version.number, mine)
    return found


def _free_id(pack: PackRecord, number: int, mine: dict[str, PackRecord]) -> str:
    """The same again for the same parameters, so that two clones share one pack."""
    wanted, n = pack_fingerprint(pack), 0
    while True:
        suffix = f"_v{number}" if n == 0 else f"_v{number}_{n}"
        pack_id = pack["id"][: LONGEST_ID - len(suffix)] + suffix
        if pack_id not in mine or pack_fingerprint(mine[pack_id]) == wanted:
            return pack_id
        n += 1


def _as_then(pack: PackRecord, renamed: dict[str, str], number: int) -> PackRecord:
    pack_id = renamed.get(pack["id"])
    if pack_id is None:
        return pack
    suffix = f" v{number}"
    name = str(pack.get("version") or "Default")[: NAME_LENGTH - len(suffix)] + suffix
    return {**pack, "id": pack_id, "version": name}


def with_packs_named(record: Values, packs: list[PackRecord], renamed: dict[str, str]) -> Values:
    """The record with its triggers and conditions naming the packs by their new ids."""
    if not renamed:
        return record
    known = sorted((pack["id"] for pack in packs), key=len, reverse=True)

    def trigger(text: str) -> str:
        owner = next((one for one in known if ids.base_in(text, one)), "")
        return f"{renamed[owner]}{text.removeprefix(owner)}" if owner in renamed else text

    def condition(text: str) -> str:
        parts = ids.split_condition(text)
        keys = {old.upper(): new.upper() for old, new in renamed.items()}
        is_renamed = parts is not None and parts.key in keys
        return parts._replace(key=keys[parts.key]).text if parts and is_renamed else text

    named: Values = {**record}
    entry = "entry_trigger_confluence_id"
    named[entry] = trigger(str(record.get(entry) or ""))
    for fields, rename in ((_TRIGGER_LISTS, trigger), (_CONDITION_LISTS, condition)):
        for field in fields:
            listed = record.get(field)
            named[field] = [rename(str(one)) for one in listed] if isinstance(listed, list) else []
    return named
