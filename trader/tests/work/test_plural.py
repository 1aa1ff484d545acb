"""Numbers with the word they count, on pages and in texts."""

import pytest
from django.template import Context, Template

from trader.work.plural import counted, plural_of

pytestmark = pytest.mark.without_database


@pytest.mark.parametrize(
    ("n", "words", "text"),
    [
        (0, ("bar",), "0 bars"),
        (1, ("bar",), "1 bar"),
        (1.0, ("bar",), "1 bar"),
        (2, ("bar",), "2 bars"),
        (13_260, ("bar",), "13,260 bars"),
        (1, ("strategy is", "strategies are"), "1 strategy is"),
        (3, ("strategy is", "strategies are"), "3 strategies are"),
    ],
)
def test_a_number_has_the_word_that_fits_it(n, words, text):
    assert counted(n, *words) == text
    shown = Template("{% load format %}{{ n|counted:words }}")
    assert shown.render(Context({"n": n, "words": ",".join(words)})) == text


def test_the_word_alone_goes_with_a_number_written_otherwise():
    assert [plural_of(n, "loss", "losses") for n in (1, 1.5, 2)] == ["loss", "losses", "losses"]


def test_nothing_is_counted_as_nothing():
    shown = Template('{% load format %}{{ n|counted:"bar" }}').render(Context({"n": None}))
    assert shown == "– bars"
