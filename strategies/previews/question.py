"""What is asked of a preview: a template with parameters, over which bars. Every fault by field."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from accounts.models import User
from market import catalogue
from market.sources import SAMPLE
from market.timeframes import TIMEFRAMES
from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Template, Value
from strategies.packs.parameters import clean_pack
from strategies.previews.entries import entry_spec
from strategies.record.lookback import SESSION_HOURS

DAYS_LIMITS = (1, 1825)
SESSIONS = tuple(SESSION_HOURS)
DIRECTIONS = ("LONG", "SHORT")
# For a page that names no bars.
USUAL_SYMBOL = "SPY"


class Series(NamedTuple):
    """The bars of a preview: the last `days` days of a symbol. `direction` is that of entries."""

    data_source: str
    symbol: str
    timeframe: str = "1Min"
    trading_session: str = "RTH"
    days: int = 30
    direction: str = "LONG"


class Question(NamedTuple):
    template: Template
    parameters: dict[str, Value]
    series: Series


def usual_series(user: User) -> Series | None:
    """The recorded SPY, else the first symbol there is; None without any bars."""
    sources = sorted(catalogue.sources_for(user), key=lambda one: one.name != SAMPLE)
    symbols = catalogue.symbols_of([one.name for one in sources])
    for source in sources:
        names = [one.symbol for one in symbols[source.name]]
        if names:
            return Series(source.name, USUAL_SYMBOL if USUAL_SYMBOL in names else names[0])
    return None


def checked(
    user: User, base_template: str, parameters: Mapping[str, object], series: Series
) -> Question:
    """Raises StrategyError or ParameterError naming every field at fault, with the remedy."""
    template = TEMPLATES.get(base_template)
    if template is None:
        raise StrategyError([("base_template", f"There is no template {base_template!r}.")])
    cleaned = clean_pack(template, parameters)
    errors = list(_faults(user, template, series))
    if errors:
        raise StrategyError(errors)
    question = Question(template, cleaned, series)
    # Refused now rather than by the worker: an exit by the clock on days, say.
    entry_spec(template, cleaned, series._asdict())
    return question


def _faults(user: User, template: Template, series: Series) -> Iterator[tuple[str, str]]:
    source, symbol = series.data_source, series.symbol
    if not catalogue.may_see(user, source):
        yield "data_source", f"There is no source {source!r} you may read."
    elif not catalogue.has_symbol(source, symbol):
        known = ", ".join(one.symbol for one in catalogue.symbols_for(source)[:8]) or "none yet"
        yield "symbol", f"{source} has no bars of {symbol}. Symbols with bars: {known}."
    timeframe = TIMEFRAMES.get(series.timeframe)
    if timeframe is None:
        yield "timeframe", f"Choose one of {', '.join(TIMEFRAMES)}."
    elif timeframe.is_daily and template.is_intraday_only:
        yield "timeframe", "This pack reads the clock within a day. Choose less than 1Day."
    if series.trading_session not in SESSIONS:
        yield "trading_session", f"Choose one of {', '.join(SESSIONS)}."
    if series.direction not in DIRECTIONS:
        yield "direction", f"Choose one of {', '.join(DIRECTIONS)}."
    least, most = DAYS_LIMITS
    if not least <= series.days <= most:
        yield "days", f"{series.days:,} is outside {least} to {most:,}."
