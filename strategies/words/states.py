"""States in words: what a label of a pack means, and how a required one reads."""

from typing import NamedTuple

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.spec import ConditionRef, PackSpec
from strategies.engine.template import Template

USUAL_VERSION = "Default"


class StateWords(NamedTuple):
    """`code` is the label that records and pickers use; it never stands alone."""

    words: str
    code: str


def meaning_of(template: Template, state: str) -> str:
    """`full bull: short over mid over long` for `SML`; another text as it is."""
    return next((one.meaning for one in template.states if one.name == state), state)


def place_of(pack: PackSpec, text: str) -> str:
    """`MACD Line: …`, with the version of a pack that is not the usual one."""
    return f"{short_name(pack)}: {text}"


def short_name(pack: PackSpec) -> str:
    return pack.template.name if pack.version == USUAL_VERSION else pack.display


def condition_words(condition: ConditionRef) -> str:
    """`MACD Line on 5Min: line over signal, above zero`."""
    where = f" on {condition.timeframe}" if condition.timeframe else ""
    meaning = meaning_of(condition.pack.template, condition.state)
    return f"{short_name(condition.pack)}{where}: {meaning}"


def stored_state(pack_text: str, state: str | None) -> StateWords:
    """A state as alerts store it, under the text of its pack: `EMA Stack (Default)`."""
    if state is None:
        return StateWords("none yet", "")
    name = pack_text.rpartition(" (")[0] or pack_text
    template = next((one for one in TEMPLATES.values() if one.name == name), None)
    words = meaning_of(template, state) if template else state
    return StateWords(words, state if words != state else "")
