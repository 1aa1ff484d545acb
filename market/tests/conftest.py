import pytest

from accounts.testing import alice, bob, charlie  # noqa: F401
from market import hooks


@pytest.fixture(autouse=True)
def own_cache(settings, tmp_path):
    """Cached months of this test only."""
    settings.VAR_DIR = tmp_path


@pytest.fixture
def announced(monkeypatch):
    """What listeners were told: (source, symbols, market time)."""
    calls = []
    monkeypatch.setattr(hooks, "on_bars_closed", [lambda *call: calls.append(call)])
    monkeypatch.setattr(hooks, "is_behind", [])
    return calls
