from collections.abc import Iterator

import pytest

from accounts.testing import alice, bob, charlie  # noqa: F401
from alerts.group_state import cache
from market.arrays import RawBars
from market.testing import wave


@pytest.fixture(autouse=True)
def empty_process_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def raw() -> RawBars:
    """Three regular sessions in which the fast cross trades many times."""
    return wave(n_days=3, seed=11)
