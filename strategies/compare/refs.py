"""How an address names what is compared: `strategy:12,version:12.3,run:<code>`."""

import re
import uuid
from typing import Literal, NamedTuple

from trader.api.digits import MOST_DIGITS, whole_number

LEAST, MOST = 2, 4
LONGEST = 60
Kind = Literal["strategy", "version", "run"]
_CODE = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_NUMBER = rf"[1-9][0-9]{{0,{MOST_DIGITS - 1}}}"
_REF = rf"(strategy:{_NUMBER}|version:{_NUMBER}\.{_NUMBER}|run:{_CODE})"
# As the document of the API describes them.
PATTERN = rf"^{_REF}(,{_REF}){{{LEAST - 1},{MOST - 1}}}$"
_UUID = re.compile(_CODE)


class CompareError(ValueError):
    """Why these can't be compared, and what to write instead."""


class Ref(NamedTuple):
    """What is compared, by kind; of a version its number too, of a run its code."""

    kind: Kind
    pk: int = 0
    number: int = 0
    code: uuid.UUID | None = None

    def __str__(self) -> str:
        if self.kind == "run":
            return f"run:{self.code}"
        return f"version:{self.pk}.{self.number}" if self.number else f"strategy:{self.pk}"


def joined(refs: list[Ref]) -> str:
    return ",".join(map(str, refs))


def parse(text: str) -> list[Ref]:
    """Two to four. Raises CompareError."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not LEAST <= len(parts) <= MOST:
        raise CompareError(f"Name two to four items, not {len(parts)}.")
    return [_one(part) for part in parts]


def _one(text: str) -> Ref:
    kind, _, rest = text.partition(":")
    first, _, second = rest.partition(".")
    pk, number = whole_number(first), whole_number(second)
    if kind == "strategy" and pk and not second:
        return Ref("strategy", pk)
    if kind == "version" and pk and number:
        return Ref("version", pk, number)
    if kind == "run" and _UUID.fullmatch(rest):
        return Ref("run", code=uuid.UUID(rest))
    raise CompareError(
        f"“{text[:LONGEST]}” is none of strategy:<id>, version:<id>.<number> and run:<code>."
    )
