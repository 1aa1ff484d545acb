"""A draft with one thing changed: where the builder shows it, and what a draft holds to remove."""

import json
from typing import NamedTuple
from urllib.parse import urlencode

from strategies.builder.part import State, block_in
from strategies.builder.parts import PARTS
from strategies.builder.state import query_of
from strategies.drilldown.asking import Question
from strategies.drilldown.choices import ENTRY_KEY, Asked, Choice, Tab, choices_of
from strategies.record.shape import Unread
from strategies.words.protection import summary

DONE = {"Use": "Entry is now", "Add": "Added", "Replace": "Now", "Remove": "Removed"}


class Held(NamedTuple):
    """Something that the strategy holds; `url` removes it, empty where it can't be without."""

    label: str
    url: str = ""
    done: str = ""


class Column(NamedTuple):
    """One of the six things that may be varied: what is chosen of it, and its tab."""

    tab: str
    title: str
    held: list[Held]
    url: str
    is_open: bool

    @property
    def vals(self) -> str:
        """What a press on the tab says in place of the fields of the tab before."""
        return json.dumps({"drill_tab": self.tab, "drill_push": "1", **_OTHER_TAB})


_OTHER_TAB = dict.fromkeys(("drill_depth", "drill_on", "drill_words", "drill_shown"), "")


def changed_url(question: Question, change: dict[str, object]) -> str:
    """The builder with some keys of the record changed, the drill-down as it is."""
    if question.plain is None or question.record is None:
        return question.address()
    # What stands for an entry is not chosen yet.
    before = question.plain if question.has_entry else {**question.plain, ENTRY_KEY: ""}
    said = _said(before, {**question.record, **change})
    state = {**question.draft.state, **said}
    query = query_of(state, question.draft.base)
    kept = question.drill.encoded()
    version = {} if question.draft.version is None else {"version": question.draft.version}
    pairs = [part for part in (query, urlencode(version), kept) if part]
    return f"{question.draft.url}?{'&'.join(pairs)}"


def _said(before: Unread, after: Unread) -> State:
    """What the builder shows of what differs; nothing is said as nothing."""
    state: State = {}
    for part in PARTS:
        shown = part.state_of(after)
        if shown != part.state_of(before):
            state.update({name: "" if value is None else value for name, value in shown.items()})
    return state


def done_text(choice: Choice) -> str:
    return f"{DONE[choice['verb']]}: {choice['label']}"


def columns_of(question: Question) -> list[Column]:
    """The optimisable variables of the draft, each with what it holds."""
    record = question.record
    return [
        Column(
            tab.value,
            str(tab.label),
            list(_held(question, tab, record)) if record else [],
            question.address(tab=tab.value, depth=None, on=None, shown=None, words=None),
            question.drill.tab == tab,
        )
        for tab in Tab
    ]


def _held(question: Question, tab: Tab, record: Unread) -> list[Held]:
    names = question.draft.names
    if tab == Tab.ENTRY:
        entry = str(record.get(ENTRY_KEY) or "")
        return [Held(names.trigger_text(entry))] if question.has_entry else []
    if tab == Tab.STOP:
        stop = block_in(record, "stop_config")
        return [Held(summary(stop))] if stop else []
    found = [
        Held(choice["label"], changed_url(question, choice["change"]), done_text(choice))
        for choice in choices_of(Asked(tab, 0, ""), record, names)
        if choice["verb"] == "Remove"
    ]
    if tab == Tab.TARGET and found:
        return [found[0]._replace(label=summary(block_in(record, "target_config")))]
    return found
