"""JSON read with care: what Python would accept and no database or other program can keep.

Numbers beyond a double become infinity without a word, whole ones beyond 2^53 change in the hands
of any program that reads them as doubles, and of a key given twice the first value is dropped.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

MOST_LEVELS = 5
LONGEST_TEXT = 10_000
LARGEST_WHOLE = 2**53
# Digits enough for the largest; longer ones take the interpreter long to read.
MOST_DIGITS = 20
# JSON can spell them, UTF-8 can't.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonError(ValueError):
    """What is wrong, and with which field; an empty field means the whole."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.message = message
        self.field = field


def read_json(text: str) -> object:
    """The value, within the bounds below. Raises JsonError."""
    try:
        data = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_whole,
            object_pairs_hook=_without_repetition,
        )
    except RecursionError as error:
        raise JsonError("The JSON nests too deeply.") from error
    except json.JSONDecodeError as error:
        raise JsonError(f"JSON parse error - {error}") from error
    check_bounds(data)
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"JSON parse error - {name} is no number in JSON.")


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonError("This field is given twice.", twice)
    return found


def check_bounds(data: object) -> None:
    """Refuse what nests deeper or holds longer texts than is allowed, numbers that lose
    their value on the way, and text that no database stores."""
    for value, depth, field in _values(data):
        if isinstance(value, str):
            _check_text(value, field)
        elif isinstance(value, float | int):
            _check_number(value, field)
        elif isinstance(value, dict | list) and depth >= MOST_LEVELS:
            raise JsonError(f"The JSON nests deeper than {MOST_LEVELS} levels.", field)


def _values(data: object) -> Iterator[tuple[object, int, str]]:
    """Each value with its depth and the path to it; keys are texts as well."""
    pending: list[tuple[object, int, str]] = [(data, 0, "")]
    while pending:
        value, depth, field = pending.pop()
        yield value, depth, field
        children: Iterable[tuple[object, object]]
        if isinstance(value, dict):
            yield from ((key, depth, field) for key in value)
            children = value.items()
        elif isinstance(value, list):
            children = enumerate(value)
        else:
            continue
        pending += [(one, depth + 1, _below(field, name)) for name, one in children]


def _below(field: str, name: object) -> str:
    return f"{field}.{name}" if field else str(name)


def _check_number(value: float, field: str) -> None:
    if not math.isfinite(value):
        raise JsonError("This number is too large.", field)
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        raise JsonError("Whole numbers go to 9,007,199,254,740,992 (2^53) at most.", field)


def _check_text(text: str, field: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise JsonError(f"A text is longer than {LONGEST_TEXT:,} characters.", field)
    # PostgreSQL stores none.
    if "\0" in text:
        raise JsonError("A text contains a null character.", field)
    if not text.isascii() and LONE_SURROGATE.search(text):
        raise JsonError(
            "A text contains half of a character (a lone surrogate such as \\ud800).", field
        )
