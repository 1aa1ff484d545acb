"""Configurations with ranges, such as an `atr_mult` of `{"from": 1, "to": 3, "step": 0.5}`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from math import prod

from strategies.record.faults import Faults, finite, shown

MOST_VALUES = 1_000
# Configurations that one may span, and levels it may nest.
MOST_SPANNED = 10_000
DEEPEST = 8
_ENDS = ("from", "to", "step")


def expanded(config: object, field: str, faults: Faults, depth: int = 0) -> list[object]:
    """A configuration once for each combination of the values its fields list or span."""
    if not isinstance(config, Mapping):
        return [config]
    if depth > DEEPEST:
        faults.error(field, f"nests deeper than {DEEPEST} levels")
        return []
    names = list(config)
    values = [_values(config[name], f"{field}.{name}", faults, depth) for name in names]
    n_spanned = prod(map(len, values))
    if n_spanned > MOST_SPANNED:
        faults.error(field, f"spans {n_spanned:,} configurations; {MOST_SPANNED:,} are possible")
        return []
    return [dict(zip(names, chosen, strict=True)) for chosen in product(*values)]


def _values(value: object, field: str, faults: Faults, depth: int) -> list[object]:
    if isinstance(value, list):
        if not value:
            faults.error(field, "lists no value")
        return value
    if isinstance(value, Mapping) and set(value) & set(_ENDS):
        return _spanned(value, field, faults)
    # A block within, such as `trailing`, may span values too.
    return expanded(value, field, faults, depth + 1)


def _spanned(span: Mapping[str, object], field: str, faults: Faults) -> list[object]:
    """From `from` to `to`, both included, as decimals count them."""
    sizes = {name: finite(value) for name, value in span.items()}
    is_known = set(sizes) == set(_ENDS) and None not in sizes.values()
    if not is_known or not (sizes["step"] or 0.0) > 0.0:
        faults.error(field, f"must have from, to and a step above zero, not {shown(dict(span))}")
        return []
    first, last, step = (Decimal(str(span[name])) for name in _ENDS)
    n_values = int((last - first) / step) + 1 if last >= first else 0
    if not 1 <= n_values <= MOST_VALUES:
        faults.error(field, f"spans {n_values} values; 1 to {MOST_VALUES} are possible")
        return []
    numbers = [first + step * i for i in range(n_values)]
    is_whole = all(isinstance(span[name], int) for name in _ENDS)
    return [int(number) if is_whole else float(number) for number in numbers]
