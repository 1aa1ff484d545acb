"""What a body tells its receiver to do, read from its template: words that stay the same whatever
happens, and which events each of them suits.

A constant `buy` must not go out when a position is closed. A template is read with its
placeholders marked, so that a word that comes from one is never taken for a constant.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from webhooks.bodies.action_words import (
    ACTION_KEYS,
    AMBIGUOUS,
    CLOSING,
    CLOSING_NAMES,
    ENTRIES,
    ENTRY_LONG,
    EXIT_LONG,
    EXITS,
    OPENING,
    ORDER_NAMES,
    ORDERS,
    POSITION_KEYS,
    REDUCING_KEYS,
    SIDES,
    WORDS,
)
from webhooks.bodies.placeholders import PLACEHOLDERS, names_in, parse_json, render

MARK = "\ue000"


class Action(NamedTuple):
    """The constants as they are written: words for an action, and directions of a position.

    `placeholders` are those that make an order; `reduces`: a member says that the order can only
    make a position smaller.
    """

    words: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    placeholders: frozenset[str] = frozenset()
    reduces: bool = False

    @property
    def is_order(self) -> bool:
        """Whether a bot that reads the body could trade on it."""
        return bool(self.words or self.placeholders)

    @property
    def closes(self) -> bool:
        """Whether a constant says that a position is closed."""
        return self.reduces or any(plain(word) in CLOSING for word in self.words)

    @property
    def exit_can_open(self) -> bool | None:
        """Whether such an exit could open a position where none is left; None when the body does
        not say what is to be done."""
        if self.closes or self.placeholders & CLOSING_NAMES:
            return False
        return True if self.words or "order_side" in self.placeholders else None

    def suits(self, event_type: str, is_own: bool = False) -> bool:
        """Whether the constants say what an entry or exit is.

        `is_own`: the body is of that event alone, so that a plain side is what its author meant.
        """
        if event_type not in ORDERS or (self.reduces and event_type in ENTRIES):
            return not self.words and not self.reduces
        if not all(event_type in self._events(plain(word), is_own) for word in self.words):
            return False
        is_long = event_type in (ENTRY_LONG, EXIT_LONG)
        return all((plain(one) == "long") is is_long for one in self.directions)

    def _events(self, word: str, is_own: bool) -> set[str]:
        """Beside a word for closing, a direction or a side tells which position."""
        if word in CLOSING:
            return CLOSING[word]
        if word in SIDES:
            entry, leaving = SIDES[word]
            return {entry, leaving} if is_own or self.closes else {entry}
        return OPENING[word] | EXITS if self.closes else OPENING[word]


def read_action(text: str) -> Action:
    """Of a template; nothing of a text that is no JSON, which no bot takes for an order."""
    marked = {name: 1 if row.is_number else MARK for name, row in PLACEHOLDERS.items()}
    try:
        members = list(_members(parse_json(render(text, marked)), ""))
    except (ValueError, RecursionError):
        return Action()
    directions = [str(v) for key, v in members if key in POSITION_KEYS and _is_direction(v)]
    words = [word for key, value in members for word in _words(key, value)]
    return Action(
        tuple(dict.fromkeys(words)),
        tuple(dict.fromkeys(directions)),
        frozenset(names_in(text) & ORDER_NAMES),
        any(key in REDUCING_KEYS and value in (True, "true") for key, value in members),
    )


def _members(value: object, key: str) -> Iterator[tuple[str, object]]:
    """Every plain value with the name of its member; those of a list bear the list's."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _members(inner, plain(str(name)))
    elif isinstance(value, list):
        for inner in value:
            yield from _members(inner, key)
    else:
        yield key, value


def _is_direction(value: object) -> bool:
    return isinstance(value, str) and plain(value) in ("long", "short")


def _words(key: str, value: object) -> list[str]:
    """The constant words for an action in one member: the whole text, or single words of it."""
    if not isinstance(value, str) or (key in POSITION_KEYS and _is_direction(value)):
        return []
    says_action = key in ACTION_KEYS | POSITION_KEYS
    if MARK not in value and plain(value) in (WORDS if says_action else WORDS - AMBIGUOUS):
        return [value]
    pieces = value.split() if says_action else []
    return [piece for piece in pieces if MARK not in piece and plain(piece) in WORDS]


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
