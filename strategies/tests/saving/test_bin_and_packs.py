"""What lies in the bin comes back true, whatever became of its packs meanwhile."""

import pytest

from strategies.models import Pack, Run, Strategy
from strategies.packs.library import PackError
from strategies.saving import changes, pack_changes
from strategies.testing import make_computed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market(market):
    """Every test here needs bars."""


@pytest.fixture
def binned(alice):
    strategy = make_computed(alice, name="Gone one")
    changes.delete_strategy(strategy, confirmed=True)
    return Strategy.objects.get(pk=strategy.pk)


@pytest.fixture
def pack(alice, binned):
    (used,) = binned.pack_uses.values_list("pack_id", flat=True)
    return Pack.objects.for_user(alice).get(pack_id=used)


def edit(pack: Pack, **parameters: object) -> None:
    new = {**pack.parameters, **parameters}
    pack_changes.edit_pack(pack, {"parameters": new}, revision=pack.revision, confirmed=True)


def test_a_pack_edited_meanwhile_begins_the_forward_test_anew(binned, pack):
    before = (binned.version, binned.fingerprint)
    edit(pack, short_period=5)
    back = changes.restore_strategy(binned)
    back.refresh_from_db()
    assert (back.version, back.fingerprint != before[1]) == (before[0] + 1, True)
    assert Run.objects.filter(strategy=back, status=Run.Status.QUEUED).count() == 1


def test_with_the_same_packs_it_is_as_it_was(binned, pack):
    before = (binned.version, binned.fingerprint, binned.forward_test_start)
    edit(pack)
    changes.restore_strategy(binned)
    back = Strategy.objects.get(pk=binned.pk)
    assert (back.version, back.fingerprint, back.forward_test_start) == before
    assert not Run.objects.filter(strategy=back, status=Run.Status.QUEUED).exists()


def test_one_that_can_not_be_computed_any_more_still_comes_back(binned):
    Strategy.objects.filter(pk=binned.pk).update(data_source="import:gone", config={})
    changes.restore_strategy(binned)
    assert Strategy.objects.get(pk=binned.pk).deleted_at is None


def test_a_pack_that_one_in_the_bin_reads_is_kept(binned, pack):
    Pack.objects.filter(pk=pack.pk).update(is_default=False)
    pack.refresh_from_db()
    with pytest.raises(PackError, match=r"“Gone one” in the bin\. Erase or restore"):
        pack_changes.delete_pack(pack)
    changes.erase_strategy(binned)
    pack_changes.delete_pack(pack)
    assert not Pack.objects.filter(pk=pack.pk).exists()
