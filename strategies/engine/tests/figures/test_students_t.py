"""Student's distribution against typed values."""

import pytest

from strategies.engine.figures.students_t import quantile, upper_tail

# Tables of Student's distribution to 9 digits.
QUANTILES = [
    (0.975, 1, 12.706204736),
    (0.975, 2, 4.302652730),
    (0.975, 4, 2.776445105),
    (0.95, 10, 1.812461123),
    (0.99, 30, 2.457261542),
    (0.975, 62, 1.998971517),
    (0.75, 3, 0.764892328),
    (0.5, 7, 0.0),
]


@pytest.mark.parametrize(("probability", "freedom", "value"), QUANTILES)
def test_quantiles_are_those_of_the_tables(probability, freedom, value):
    assert quantile(probability, freedom) == pytest.approx(value, abs=1e-9, rel=1e-9)
    assert quantile(1 - probability, freedom) == pytest.approx(-value, abs=1e-9, rel=1e-9)
    assert upper_tail(quantile(probability, freedom), freedom) == pytest.approx(1 - probability)


def test_sixty_cards_on_sixty_three_dates():
    assert quantile(1 - 0.025 / 60, 62) == pytest.approx(3.512934, abs=1e-6)


def test_with_one_degree_of_freedom_the_tail_is_known():
    assert upper_tail(1.0, 1) == pytest.approx(0.25, abs=1e-14)
    assert upper_tail(-1.0, 1) == pytest.approx(0.75, abs=1e-14)
    assert upper_tail(0.0, 5) == 0.5
    assert upper_tail(1e9, 5) < 1e-40
