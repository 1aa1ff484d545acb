from collections.abc import Iterator

import pytest

from accounts.models import User
from accounts.testing import alice, bob, charlie  # noqa: F401
from alerts.monitor.group_engine import cache
from alerts.testing import make_strategy, run_monitor, store_history
from market.arrays import RawBars
from market.testing import wave
from strategies.models import Strategy


@pytest.fixture(autouse=True)
def empty_process_memory() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def raw() -> RawBars:
    """Three regular sessions in which the fast cross trades many times."""
    return wave(n_days=3, seed=11)


@pytest.fixture
def monitored(alice: User, raw: RawBars) -> Strategy:  # noqa: F811
    """A strategy whose monitor runs, with 500 minutes of history before it."""
    store_history(raw.take(slice(0, 500)))
    strategy = make_strategy(alice)
    run_monitor(alice)
    return strategy
