"""Quantiles of Student's t against values from tables."""

import math

import pytest

from strategies.engine.evidence.student import t_quantile

# p, degrees of freedom, quantile (computed to 15 digits elsewhere).
TABLE = [
    (0.975, 1, 12.706204736174694),
    (0.975, 4, 2.776445105197799),
    (0.975, 9, 2.262157162740992),
    (0.975, 62, 1.998971517033376),
    (1 - 0.025 / 60, 62, 3.5129336731680443),
    (0.95, 10, 1.812461122811676),
    (0.995, 30, 2.749995653567230),
    (0.975, 1000, 1.9623390808264083),
    (0.0005, 20, -3.849516274930835),
    (0.6, 3, 0.276670662332690),
]


@pytest.mark.parametrize(("p", "dof", "wanted"), TABLE)
def test_quantiles_are_those_of_the_tables(p, dof, wanted):
    assert t_quantile(p, dof) == pytest.approx(wanted, rel=1e-9)


def test_the_lower_half_mirrors_the_upper():
    assert t_quantile(0.1, 7) == -t_quantile(0.9, 7)
    assert t_quantile(0.5, 7) == 0.0


@pytest.mark.parametrize(("p", "dof"), [(0.0, 5), (1.0, 5), (math.nan, 5), (0.9, 0), (0.9, -1)])
def test_what_has_no_quantile_is_nan(p, dof):
    assert math.isnan(t_quantile(p, dof))
