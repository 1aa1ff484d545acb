"""Why a trigger fired, in a sentence with the values that it compared.

What a trigger compares is said beside its kernel, in its template. Nothing is claimed on its word
alone: a comparison that the values do not bear out is left out, and where nothing remains it is
the state that is told.
"""

import operator
from collections.abc import Callable, Iterable
from typing import NamedTuple

from market.prices import decimals_apart, price_text
from strategies.engine.program.moment import PRICES, Moment, split
from strategies.engine.spec import TriggerRef
from strategies.engine.template import Level, Relation, Template
from strategies.words.states import meaning_of, place_of

_TRUE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_BACK = ("", " of the bar before", " of the one before it")
USUAL_DECIMALS = 2


class Compared(NamedTuple):
    """A relation with its values on the bar and, where they are known, on the one before."""

    relation: Relation
    left: float
    right: float
    before: tuple[float, float] | None

    @property
    def is_cross(self) -> bool:
        """Whether it was not so on the bar before."""
        return self.before is not None and not _TRUE[self.relation.operator](*self.before)


def trigger_cause(trigger: TriggerRef, moment: Moment, decimals: int | None) -> str:
    """What made a trigger fire on a bar, in a sentence without its full stop."""
    level = trigger.trigger.level
    if trigger.is_within_bar and level is not None:
        told = _reached(level, moment, decimals)
    else:
        told = comparisons_text(trigger.trigger.compares, moment, decimals)
    return told or state_text(moment) or place_of(trigger.pack, trigger.trigger.name)


def comparisons_text(relations: Iterable[Relation], moment: Moment, decimals: int | None) -> str:
    """Every comparison that is true, the first of them with what was so a bar before."""
    found = [one for one in (compared(each, moment) for each in relations) if one is not None]
    if not found:
        return ""
    digits = _Digits(moment.pack.template, decimals, found)
    texts: list[str] = []
    for one, last in zip(found, [None, *found], strict=False):
        is_again = last is not None and last.relation.left == one.relation.left
        texts.append(_comparison(one, moment, digits, is_again=is_again))
    text = " and ".join(texts) if len(texts) < 3 else f"{', '.join(texts[:-1])} and {texts[-1]}"
    before = _before(found[0], digits)
    return _sentence(f"{text}; {before}" if before else text)


def compared(relation: Relation, moment: Moment) -> Compared | None:
    """The relation with its values; None where one is not known or they do not bear it out."""
    left, right = moment.value(relation.left), moment.value(relation.right)
    if left is None or right is None or not _TRUE[relation.operator](left, right):
        return None
    return Compared(relation, left, right, _values_before(relation, moment))


def _values_before(relation: Relation, moment: Moment) -> tuple[float, float] | None:
    """Of lines, which go on from bar to bar; one that began anew since has none."""
    template, operands = moment.pack.template, (relation.left, relation.right)
    if any(_is_of_one_bar(template, one) for one in operands if isinstance(one, str)):
        return None
    if moment.pack.template.resets_daily and not moment.is_same_day:
        return None
    left, right = moment.value(relation.left, 1), moment.value(relation.right, 1)
    return None if left is None or right is None else (left, right)


def _is_of_one_bar(template: Template, operand: str) -> bool:
    name, back = split(operand)
    return back > 0 or template.measure(name) is not None


class _Digits:
    """How values are written so that different ones never look equal."""

    def __init__(self, template: Template, decimals: int | None, found: list[Compared]) -> None:
        self.template = template
        values = [value for one in found for value in (one.left, one.right, *(one.before or ()))]
        is_price = all(self.is_price(one.relation.left) for one in found)
        self.decimals = decimals_apart(values, decimals if is_price else USUAL_DECIMALS)

    def is_price(self, operand: str) -> bool:
        name = split(operand)[0]
        outputs = {one.name: one.pane for one in self.template.outputs}
        return name in PRICES or outputs.get(name, "price") == "price"

    def text(self, value: float) -> str:
        if value == 0:
            return "0"
        return price_text(value, self.decimals)


def _comparison(one: Compared, moment: Moment, digits: _Digits, *, is_again: bool) -> str:
    name, back = split(one.relation.left)
    told = f"{_verb(one, is_past=back > 0)} {_right(one, moment, digits)}"
    if is_again:
        return told
    label, value = _label(moment.pack.template, name), digits.text(one.left)
    left = f"the {label}{_BACK[back]}, {value}," if back else f"{label} {value}"
    return f"{left} {told}"


def _verb(one: Compared, *, is_past: bool) -> str:
    is_up = one.relation.operator.startswith(">")
    if one.left == one.right:
        side = "to" if one.is_cross else "at"
    else:
        side = "above" if is_up else "under"
    if one.is_cross:
        return f"{'rose' if is_up else 'fell'} {side}"
    return f"{'was' if is_past else 'is'} {side}"


def _right(one: Compared, moment: Moment, digits: _Digits) -> str:
    right, template = one.relation.right, moment.pack.template
    if not isinstance(right, str):
        return "zero" if right == 0 else f"{right:g}"
    if right.startswith("@"):
        return f"{_label(template, right)} {one.right:g}"
    (name, back), left = split(right), split(one.relation.left)
    value = digits.text(one.right)
    if back and name == left[0]:
        return f"that{_BACK[back]} ({value})"
    label = (
        f"the {_label(template, name)}" if _is_common(template, name) else _label(template, name)
    )
    return f"{label}{_BACK[back]} ({value})" if back else f"{label} {value}"


def _is_common(template: Template, name: str) -> bool:
    """Whether its label is a common word, and no name of a line."""
    return name in PRICES or template.measure(name) is not None


def _before(one: Compared, digits: _Digits) -> str:
    """`a bar before it was under it (448.27 and 448.29)`."""
    if one.before is None:
        return ""
    left, right = one.before
    side = "at it" if left == right else "above it" if left > right else "under it"
    moves = isinstance(one.relation.right, str) and not one.relation.right.startswith("@")
    values = [left, right] if moves else [left]
    return f"a bar before it was {side} ({' and '.join(digits.text(v) for v in values)})"


def _label(template: Template, name: str) -> str:
    if name in PRICES:
        return name
    measure = template.measure(name)
    if measure is not None:
        return measure.label
    labels = {one.name: one.label for one in template.outputs}
    labels |= {f"@{one.name}": one.label for one in template.parameters}
    return labels.get(name, name)


def _reached(level: Level, moment: Moment, decimals: int | None) -> str:
    """An order within the bar: the level of the bar before was reached."""
    is_up = level.cross == "above"
    line = moment.value(f"{level.output}[1]")
    extreme = moment.value("high" if is_up else "low")
    first, last = moment.value("open"), moment.value("close[1]")
    if line is None or extreme is None or not _TRUE[">=" if is_up else "<="](extreme, line):
        return ""
    digits = decimals_apart([line, extreme, first, last], decimals)
    label = _label(moment.pack.template, level.output)
    where = f"{label}{_BACK[1]} ({price_text(line, digits)})"
    if first is not None and _TRUE[">" if is_up else "<"](first, line):
        text = f"open {price_text(first, digits)} is {'above' if is_up else 'under'} {where}"
    else:
        text = f"{'high' if is_up else 'low'} {price_text(extreme, digits)} reached {where}"
    if last is None:
        return _sentence(text)
    side = "at it" if last == line else "under it" if last < line else "above it"
    return _sentence(f"{text}; a bar before the close was {side} ({price_text(last, digits)})")


def state_text(moment: Moment) -> str:
    """The state in words, and the one before where it was another; empty without one."""
    now, before = (*moment.states, None, None)[:2]
    if now is None:
        return ""
    template = moment.pack.template
    text = place_of(moment.pack, meaning_of(template, now))
    is_fresh = template.resets_daily and not moment.is_same_day
    if before in (None, now) or is_fresh:
        return text
    return f"{text}; a bar before: {meaning_of(template, str(before))}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
