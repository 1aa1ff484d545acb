"""One kind after another, with no queue behind the rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from trader.tests.work.kinds import Kind, kinds
from trader.work.models import LeasedWork

AFTER_A_LEASE = timedelta(seconds=11)


@pytest.fixture(params=kinds(), ids=str)
def kind(request) -> Kind:
    return request.param


@pytest.fixture
def life(kind: Kind):
    return kind.life


@pytest.fixture(autouse=True)
def called(request, monkeypatch) -> list[int]:
    """Ids of rows for which a worker was called."""
    found: list[int] = []
    if "kind" in request.fixturenames:
        monkeypatch.setattr(request.getfixturevalue("kind").life, "enqueue", found.append)
    return found


@pytest.fixture
def waiting(kind: Kind, called, alice) -> LeasedWork:
    """A queued row of alice."""
    return kind.make(alice)


@pytest.fixture
def later():
    """When every lease of now has run out."""
    return timezone.now() + AFTER_A_LEASE


@pytest.fixture
def now_at():
    """A row as it is stored."""
    return lambda row: type(row).objects.get(pk=row.pk)
