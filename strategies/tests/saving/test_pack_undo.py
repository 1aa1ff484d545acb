"""A deleted pack comes back as it was, to its owner and once."""

import pytest
from django.core import signing

from strategies.models import Pack
from strategies.packs import library
from strategies.packs.library import PackError
from strategies.saving import pack_changes, pack_undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(alice):
    pack = library.create_pack(alice, "rvol", {"version": "Loud", "enabled": False})
    offer = pack_undo.offer_of(pack)
    pack_changes.delete_pack(pack)
    return offer


def test_it_comes_back_as_it_was(alice, offer):
    pack = pack_undo.take_back(alice, offer)
    assert (pack.pack_id, pack.version, pack.enabled) == ("rvol_custom_1", "Loud", False)
    assert pack.parameters == library.create_pack(alice, "rvol", {}).parameters


def test_twice_is_refused(alice, offer):
    pack_undo.take_back(alice, offer)
    with pytest.raises(PackError, match="rvol_custom_1 already"):
        pack_undo.take_back(alice, offer)
    assert Pack.objects.count() == 1


def test_a_stranger_gets_nothing(charlie, offer):
    with pytest.raises(PackError, match="no longer"):
        pack_undo.take_back(charlie, offer)
    assert not Pack.objects.exists()


def test_an_offer_made_up_or_too_old_is_refused(alice, offer, monkeypatch):
    with pytest.raises(PackError):
        pack_undo.take_back(alice, offer + "x")
    monkeypatch.setattr(pack_undo, "GOOD_FOR_SECONDS", -1)
    with pytest.raises(PackError):
        pack_undo.take_back(alice, offer)


def test_an_offer_of_another_kind_is_no_offer(alice):
    with pytest.raises(PackError):
        pack_undo.take_back(alice, signing.dumps({"user": alice.pk}, salt="something else"))
