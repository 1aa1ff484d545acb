"""Where a fault of the flat record is shown in the builder."""

import re
from collections.abc import Iterator, Sequence

from strategies.builder.state import EXIT_NAMES

# By the first part of a fault's field; the rest of it chooses a more exact field where there is.
FIELDS = {
    "entry_trigger_confluence_id": "entry",
    "entry_trigger": "entry",
    "confluence": "conditions",
    "general_confluences": "generals",
    "stop_config": "stop_method",
    "target_config": "target_method",
    "time_exit_config": "time_exit_method",
    "entry_confirmation": "entry_exec",
    "costs": "commission_per_share",
}
PREFIXES = {"stop_config": "stop_", "target_config": "target_", "time_exit_config": "time_exit_"}
BLOCKS = ("trailing", "breakeven")
_PARTS = re.compile(r"[^.\[\]]+")


def fields_of(fault: str, exits: Sequence[str] = EXIT_NAMES) -> Iterator[str]:
    """The fields that a fault may be shown beside, the most exact first.

    `exits` names the fields in which the listed exits were chosen, in the order of the list.
    """
    base, *rest = _PARTS.findall(fault) or [fault]
    if base.startswith("exit_trigger"):
        place = int(rest[0]) if rest and rest[0].isdigit() else 0
        yield from exits[place : place + 1] or exits[:1] or EXIT_NAMES[:1]
        return
    if rest and rest[0] in BLOCKS:
        yield "_".join(rest)
        yield f"{rest[0]}_method"
        yield rest[0]
    elif rest:
        yield f"{PREFIXES.get(base, '')}{rest[0]}"
    yield FIELDS.get(base, base)
