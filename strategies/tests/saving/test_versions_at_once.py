"""Two saves of one strategy at the same time."""

import threading

import pytest
from django.db import connection, connections

from market.testing import make_bars
from strategies.saving import changes as saving
from strategies.saving.changes import VersionConflictError
from strategies.testing import make_strategy
from tests.waiting import PATIENCE_SECONDS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def test_two_edits_at_once_lose_no_version(alice, settings, tmp_path):
    """One of them is told that it comes late, tries again, and both are kept."""
    if connection.vendor != "postgresql":
        pytest.skip("needs row locks")
    settings.VAR_DIR = tmp_path
    make_bars("sample", "SPY", n_days=2)
    strategy = make_strategy(alice)
    start = threading.Barrier(2)

    def edit(n_bars: int) -> None:
        start.wait(PATIENCE_SECONDS)
        while True:
            row = type(strategy).objects.get(pk=strategy.pk)
            try:
                saving.update_strategy(row, {"bar_count_exit": n_bars}, version=row.version)
                break
            except VersionConflictError:
                continue
        connections.close_all()

    threads = [threading.Thread(target=edit, args=(n_bars,)) for n_bars in (3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    kept = {version.number: version.record["bar_count_exit"] for version in strategy.versions.all()}
    assert sorted(kept) == [1, 2, 3]
    assert {kept[2], kept[3]} == {3, 4}
