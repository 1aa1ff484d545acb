"""The migration that makes the earliest version of what was stored before there were any."""

from importlib import import_module

import pytest
from django.apps import apps

from strategies.models import StrategyVersion
from strategies.saving import changes as saving
from strategies.testing import make_computed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
FIRST = import_module("strategies.migrations.0010_first_versions")
SAID = ("number", "kind", "record", "packs", "changed", "fingerprint", "market_ts", "author_id")


@pytest.fixture
def strategy(alice):
    return make_computed(alice)


def said(strategy) -> dict[str, object]:
    return StrategyVersion.objects.filter(strategy=strategy).values(*SAID).get()


def test_a_strategy_never_edited_gets_the_version_it_would_have_had(strategy):
    had = said(strategy)
    StrategyVersion.objects.all().delete()
    FIRST.write(apps, None)
    assert said(strategy) == had


def test_of_one_edited_before_the_earliest_kept_is_that_of_today(strategy):
    saving.update_strategy(strategy, {"bar_count_exit": 3}, version=1)
    StrategyVersion.objects.all().delete()
    FIRST.write(apps, None)
    found = said(strategy)
    assert (found["number"], found["kind"]) == (2, "earliest")
    assert found["record"]["bar_count_exit"] == 3


def test_it_can_be_taken_back(strategy):
    FIRST.remove(apps, None)
    assert not StrategyVersion.objects.exists()
