"""A filter on statements says where their dates are not known."""

from strategies.engine.program.program import compile_program
from strategies.engine.report import history_warnings
from strategies.engine.tests.builders import EMA, condition, make_spec, pack, wild_bars


def warnings(first_day, **parameters):
    calendar = pack("calendar_filter", **parameters)
    spec = make_spec(packs=(EMA, calendar), conditions=(condition(calendar, "CLEAR"),))
    bars = wild_bars(1, 60)
    bars = bars._replace(day=bars.day + (first_day - bars.day[0]))
    compile_program(spec).backtest(bars)
    return history_warnings(spec, bars)


def test_bars_within_the_known_years_need_no_warning():
    assert warnings(738_949) == []


def test_bars_beyond_them_say_so():
    (text,) = warnings(780_000)
    assert "FOMC dates are known" in text
    assert warnings(780_000, avoid_fomc=False) == []
