"""The grammar of ids: the one place that takes apart and puts together the texts of a record.

- Triggers: `{pack_id}_{base}{suffix}`, where the suffix says how the order is filled; a plain id
  fills at the close.
- Conditions: `{LABEL}-{KEY}-{STATE}`. The label is a timeframe, the strategy's own in upper case
  and others in lower case, or `GEN`. The key is a pack in upper case and holds no dash; the state
  may hold some.

Which packs, triggers and states there are is the business of who asks.
"""

from typing import Literal, NamedTuple

from market.timeframes import TIMEFRAMES, Timeframe
from strategies.engine.template import Execution

OnFailure = Literal["exit_market", "exit_limit"]

GENERAL = "GEN"
# In the order in which executions are offered.
SUFFIX_OF: dict[Execution, str] = {"C": "", "CC": "_cc", "L": "_ib", "LC": "_lc"}
# Older files name `LC` by what is done when it is not confirmed.
FAILURE_OF: dict[str, OnFailure] = {"_hm": "exit_market", "_hl": "exit_limit"}
_EXECUTION_OF: dict[str, Execution] = {
    **{suffix: execution for execution, suffix in SUFFIX_OF.items() if suffix},
    **dict.fromkeys(FAILURE_OF, "LC"),
}
# What files may list as an exit without naming a trigger; but for the first only older ones do.
OPPOSITE, TIME_50, TRAILING = "opposite_signal", "time_exit_50", "trailing_stop"
REWARDS = {"fixed_r_2": 2.0, "fixed_r_3": 3.0}
EXIT_WORDS = (OPPOSITE, *REWARDS, TIME_50, TRAILING)
# What older pages put before an id.
_DECORATIONS = ("trig_", "cid_")
# Older files write it whatever the timeframe of the strategy is.
_FIRST_LABEL = "1M"


class ConditionId(NamedTuple):
    """The parts of a condition's text as they stand; an empty state when there is none."""

    label: str
    key: str
    state: str

    @property
    def is_general(self) -> bool:
        return self.label.upper() == GENERAL

    @property
    def text(self) -> str:
        return f"{self.label}-{self.key}-{self.state}"


def trigger_id(pack_id: str, base: str, execution: str = "C") -> str:
    return joined(f"{pack_id}_{base}", execution)


def split(trigger: str) -> tuple[str, Execution]:
    """The id without its suffix, and the execution the suffix says."""
    suffix = suffix_of(trigger)
    return (trigger.removesuffix(suffix), _EXECUTION_OF[suffix]) if suffix else (trigger, "C")


def joined(trigger: str, execution: str) -> str:
    """The id of a plain trigger with an execution; nothing stays nothing."""
    suffix = next((text for name, text in SUFFIX_OF.items() if name == execution), "")
    return f"{trigger}{suffix}" if trigger else ""


def suffix_of(trigger: str) -> str:
    """The suffix an id ends with, of today or of older files; empty without one."""
    return next((suffix for suffix in _EXECUTION_OF if trigger.endswith(suffix)), "")


def undecorated(trigger: str) -> str:
    """The id without what older pages put before it."""
    for decoration in _DECORATIONS:
        trigger = trigger.removeprefix(decoration)
    return trigger


def base_in(trigger: str, pack_name: str) -> str | None:
    """What follows the name of a pack in an id; None when the id does not begin with the name."""
    start = f"{pack_name}_"
    return trigger.removeprefix(start) if trigger.startswith(start) else None


def condition_id(label: str, pack_id: str, state: str) -> str:
    return ConditionId(label, pack_id.upper(), state).text


def split_condition(text: str) -> ConditionId | None:
    """The parts of a condition; None for a text without a dash."""
    label, dash, rest = text.partition("-")
    key, _, state = rest.partition("-")
    return ConditionId(label, key, state) if dash else None


def relabelled(text: str, label: str) -> str:
    """The condition under another label; a text without a dash stays as it is."""
    _, dash, rest = text.partition("-")
    return f"{label}-{rest}" if dash else text


def is_general(text: str) -> bool:
    """Whether a condition in its one spelling is a general one."""
    return text.startswith(f"{GENERAL}-")


def label_of(timeframe: Timeframe, own: Timeframe) -> str:
    """The label of conditions read on a timeframe by a strategy on its `own`."""
    return own.label_primary if timeframe == own else timeframe.label_secondary


def other_timeframe(label: str) -> Timeframe | None:
    """The other timeframe a label in its one spelling names; None for the own and for `GEN`."""
    return next((one for one in TIMEFRAMES.values() if one.label_secondary == label), None)


def timeframe_labelled(label: str, own: Timeframe) -> Timeframe | None:
    """The timeframe a label means in any spelling; None when it means none."""
    if label in (own.label_primary, _FIRST_LABEL):
        return own
    for timeframe in TIMEFRAMES.values():
        if label in (timeframe.label_secondary, timeframe.label_primary):
            return timeframe
    folded = label.upper()
    spelled = (t for t in TIMEFRAMES.values() if folded in (t.label_primary, t.name.upper()))
    return next(spelled, None)
