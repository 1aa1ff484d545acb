import pytest

from accounts.testing import alice, bob, charlie  # noqa: F401
from market import clock, hooks


@pytest.fixture(autouse=True)
def own_cache(settings, tmp_path):
    """Cached months of this test only."""
    settings.VAR_DIR = tmp_path


@pytest.fixture
def announced(monkeypatch):
    """What listeners were told: (source, symbols), and the market time they find then."""
    calls = []

    def listen(source, symbols):
        calls.append((source, symbols, clock.now(source)))

    monkeypatch.setattr(hooks, "on_bars_closed", [listen])
    monkeypatch.setattr(hooks, "is_behind", [])
    return calls
