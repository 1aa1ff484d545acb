"""Where a fault of the flat record is shown in the builder."""

import re
from collections.abc import Iterator, Sequence

from strategies.builder.part import Part
from strategies.builder.parts import PARTS

_PIECES = re.compile(r"[^.\[\]]+")


def fields_of(fault: str, filled: Sequence[str] = ()) -> Iterator[str]:
    """The fields that a fault may be shown beside, the most exact first.

    `filled` names the fields that hold something.
    """
    path = _PIECES.findall(fault) or [fault]
    owner = next((part for part in PARTS if path[0] in part.fault_fields), Part())
    yield from owner.fields_of(path, filled)
