"""The quantile of Student's t: printed tables to nine digits, and its edges."""

import math

import pytest

from strategies.engine.evidence.student import t_quantile


@pytest.mark.parametrize(
    ("p", "dof", "right"),
    [
        (0.975, 1, 12.706204736174694),
        (0.75, 2, 0.816496580927726),
        (0.975, 4, 2.7764451051977934),
        (0.975, 9, 2.262157162798205),
        (0.9, 29, 1.311433647301551),
        (0.975, 62, 1.998971517033376),
        (1 - 0.025 / 60, 62, 3.5129336731680443),
        (0.995, 251, 2.5955581457078143),
        (0.5001, 5000, 0.0002506753635435497),
        (0.9999, 5000, 3.721776168336806),
    ],
)
def test_it_equals_the_tables(p, dof, right):
    assert t_quantile(p, dof) == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize("p", [0.51, 0.9, 0.999999, 1 - 1e-12])
def test_one_degree_is_the_tangent(p):
    assert t_quantile(p, 1) == pytest.approx(1 / math.tan(math.pi * (1 - p)), rel=1e-9)


def test_it_is_symmetric():
    assert t_quantile(0.03, 7) == pytest.approx(-t_quantile(0.97, 7), rel=1e-12)
    assert t_quantile(0.5, 7) == 0.0


@pytest.mark.parametrize(("p", "dof"), [(0.0, 5), (1.0, 5), (0.9, 0), (math.nan, 5)])
def test_what_has_no_quantile_is_refused(p, dof):
    with pytest.raises(ValueError, match="t_quantile"):
        t_quantile(p, dof)
