"""How numbers, instants and icons look in every page.

Figures carry their own sign and class, so that colour is never the only difference between profit
and loss. Nothing here rounds what is stored; only what is shown.
"""

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import SupportsFloat

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from market.prices import decimals_apart, price_text
from trader.work.instants import day_text, instant_text, zone_text
from trader.work.plural import counted, plural_of

register = template.Library()

MINUS = "−"
NOTHING = "–"
# What a template may hand to a filter; anything else shows as nothing.
Number = SupportsFloat | str | None
Instant = datetime | Number


def as_number(value: Number) -> float | None:
    """The finite number behind a template value, else None."""
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def figure(number: float, decimals: int, signed: bool = False) -> str:
    """Digits with thousands separators; zero never carries a sign."""
    text = f"{abs(number):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    if number < 0:
        return f"{MINUS}{text}"
    return f"+{text}" if signed else text


def result(text: str) -> SafeString:
    """Wrap a signed figure in the class of its sign."""
    kind = "gain" if text.startswith("+") else "loss" if text.startswith(MINUS) else "flat"
    return format_html('<span class="{}">{}</span>', kind, text)


@register.filter
def r(value: Number) -> str:
    """A result in R: sign, two decimals, colour by sign."""
    number = as_number(value)
    return NOTHING if number is None else result(figure(number, 2, signed=True))


@register.filter
def price(value: Number, decimals: object = None) -> str:
    """A price with the decimals of its instrument, or with the usual ones when none are given."""
    number = as_number(value)
    known = decimals if isinstance(decimals, int) else None
    return NOTHING if number is None else price_text(number, known)


@register.filter
def apart(prices: Iterable[Number], decimals: object = None) -> int:
    """The decimals with which these prices of one trade are written, for `price`."""
    known = decimals if isinstance(decimals, int) else None
    return decimals_apart(map(as_number, prices or ()), known)


@register.filter
def pct(value: Number) -> str:
    """A percentage that is already one (55.0 is 55 %): one decimal."""
    number = as_number(value)
    return NOTHING if number is None else f"{figure(number, 1)} %"


@register.filter
def money(value: Number) -> str:
    """A result in dollars: sign, two decimals, colour by sign."""
    number = as_number(value)
    if number is None:
        return NOTHING
    text = figure(number, 2, signed=True)
    return result(f"{text[0]}${text[1:]}" if text[0] in f"+{MINUS}" else f"${text}")


@register.filter
def num(value: Number, decimals: int | str = 0) -> str:
    number = as_number(value)
    return NOTHING if number is None else figure(number, int(decimals))


def as_instant(value: Instant) -> datetime | None:
    """A datetime, epoch seconds or an ISO text, as an aware UTC instant."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, str) and value:
        try:
            return as_instant(datetime.fromisoformat(value))
        except ValueError:
            return None
    number = as_number(value)
    return None if number is None else datetime.fromtimestamp(number, UTC)


def _time(instant: datetime, text: str, attributes: str = "") -> SafeString:
    """The exact instant beside a text of digits and our own words.

    Nothing here comes from a user, and escaping it would take longer than all the rest.
    """
    day, clock = f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}".split()
    exact = f'datetime="{day}T{clock}Z" title="{day} {clock} UTC"'
    return SafeString(f"<time {exact}{attributes}>{text}</time>")


@register.filter
def localtime(value: Instant, detail: str = "") -> str:
    """The instant in the user's zone, the exact UTC one on hover; to the second with "s"."""
    instant = as_instant(value)
    return NOTHING if instant is None else _time(instant, instant_text(instant, detail == "s"))


@register.filter
def localdate(value: Instant) -> str:
    """The date of an instant in the user's zone."""
    instant = as_instant(value)
    return NOTHING if instant is None else _time(instant, day_text(timezone.localdate(instant)))


@register.filter
def clock(value: Instant) -> str:
    """The time of day alone, for what is a matter of minutes."""
    instant = as_instant(value)
    return NOTHING if instant is None else _time(instant, f"{timezone.localtime(instant):%H:%M:%S}")


@register.filter
def day(value: date | None) -> str:
    """A date that is no instant: of a session, of a replay."""
    return NOTHING if value is None else day_text(value)


@register.simple_tag
def zone() -> str:
    """The user's zone as it is said beside instants, once for a table."""
    return zone_text(timezone.get_current_timezone_name())


@register.filter
def ago(value: Instant) -> str:
    """How long ago, coarse; the page script keeps it current."""
    instant = as_instant(value)
    if instant is None:
        return "never"
    text = age(max(0.0, (timezone.now() - instant).total_seconds())) + " ago"
    return _time(instant, text, " data-ago")


@register.filter
def since(value: Instant) -> str:
    """How long it has been, coarse: 4 min."""
    instant = as_instant(value)
    return age(None if instant is None else max(0.0, (timezone.now() - instant).total_seconds()))


@register.filter
def age(seconds: Number) -> str:
    """A length of time in its two largest units: 45 s, 12 min, 3 h 5 min, 4 d."""
    number = as_number(seconds)
    if number is None:
        return NOTHING
    whole = int(number)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        hours, rest = divmod(whole // 60, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{whole // 86400} d"


@register.filter(name="counted")
def counted_words(value: Number, words: str) -> str:
    """`{{ n|counted:"bar" }}`: 1 bar, 2 bars; with both words where an s is not enough."""
    number = as_number(value)
    noun, _, plural = words.partition(",")
    if number is None:
        return f"{NOTHING} {plural_of(0, noun, plural)}"
    return counted(number, noun, plural)


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """One symbol of the icon sprite, hidden from screen readers: a label stands beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The current query string with some values replaced; None or "" removes one."""
    request = context.get("request")
    parameters = request.GET.copy() if request is not None else None
    if parameters is None:
        return ""
    for name, value in changes.items():
        parameters.pop(name, None)
        if value not in (None, ""):
            parameters[name] = str(value)
    encoded = parameters.urlencode()
    return f"?{encoded}" if encoded else "?"
