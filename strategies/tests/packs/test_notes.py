import pytest

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.indicators.risk import STOP_METHODS, TARGET_METHODS, TRAILING_METHODS
from strategies.packs.forms import number_field

METHODS = [STOP_METHODS, TARGET_METHODS, TRAILING_METHODS]
CONVENTION = "ATR of 14 bars: exponential, weight 2/15, from the first true range on."


@pytest.mark.parametrize("methods", METHODS)
def test_a_multiple_of_the_atr_says_how_that_is_formed(methods):
    (size,) = methods["atr"].fields
    assert number_field(size).help_text == f"{size.minimum:g} to {size.maximum:g}. {CONVENTION}"


def test_so_does_every_pack_that_takes_one():
    sizes = [one for t in TEMPLATES.values() for one in t.parameters if "ATR x" in one.label]
    assert len(sizes) == 6
    assert {one.note for one in sizes} == {CONVENTION}


def test_a_plain_distance_says_its_limits_only():
    assert number_field(STOP_METHODS["percentage"].fields[0]).help_text == "0.01 to 10"
