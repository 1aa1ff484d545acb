import pytest

from accounts.testing import alice, bob, charlie  # noqa: F401
from strategies.previews import queue as preview_rows
from strategies.runs import queue
from strategies.testing import make_market
from strategies.tests.builder.building import builder  # noqa: F401
from strategies.tests.new_part import skipped_days, skipped_days_field  # noqa: F401
from strategies.trust import queue as trust_rows


@pytest.fixture
def market(db: None, settings, tmp_path) -> None:
    """Two sessions of minutes; no queue behind the rows, tests call the tasks themselves."""
    settings.VAR_DIR = tmp_path
    make_market()


@pytest.fixture(autouse=True)
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of runs that were handed to the queue."""
    found: list[int] = []
    monkeypatch.setattr(queue.life, "enqueue", found.append)
    return found


@pytest.fixture(autouse=True)
def enqueued_checks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of trust checks that were handed to the queue."""
    found: list[int] = []
    monkeypatch.setattr(trust_rows.life, "enqueue", found.append)
    return found


@pytest.fixture(autouse=True)
def enqueued_previews(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of previews that were handed to the queue."""
    found: list[int] = []
    monkeypatch.setattr(preview_rows.life, "enqueue", found.append)
    return found
