"""A name beyond its limit is refused with the limit; nothing is cut without a word."""

import pytest

from strategies.engine.errors import StrategyError
from strategies.models import Pack
from strategies.packs import library

pytestmark = pytest.mark.django_db
LONGEST = 60


@pytest.fixture
def pack(alice):
    library.create_default_packs(alice)
    return library.create_pack(alice, "ema_stack", {"version": "x" * LONGEST})


def test_a_new_pack_with_a_name_too_long_is_refused(client, alice):
    client.force_login(alice)
    form = {"version": "y" * 61, "p_short_period": 9, "p_mid_period": 21, "p_long_period": 200}
    shown = client.post("/packs/new/ema_stack/", form).content.decode()
    assert "at most 60 characters (it has 61)" in shown
    assert "y" * 61 in shown
    assert not Pack.objects.filter(version__startswith="y").exists()


@pytest.mark.parametrize(("name", "length"), [("version", 61), ("description", 301)])
def test_an_edit_with_a_text_too_long_is_refused(client, alice, pack, name, length):
    client.force_login(alice)
    parameters = {f"p_{key}": value for key, value in pack.parameters.items()}
    form = {"version": "z", "revision": pack.revision, **parameters, name: "y" * length}
    shown = client.post(f"/packs/{pack.pk}/", form).content.decode()
    assert f"at most {length - 1} characters (it has {length})" in shown
    pack.refresh_from_db()
    assert pack.version == "x" * LONGEST


def test_the_copy_of_a_name_as_long_as_can_be_still_says_that_it_is_one(pack):
    assert library.duplicate_pack(pack).version == "x" * 55 + " copy"


def test_a_file_with_a_name_too_long_is_refused(alice):
    record = {"id": "mine", "base_template": "ema_stack", "version": "x" * 61}
    with pytest.raises(StrategyError, match="at most 60 characters"):
        library.adopt_packs(alice, [record])
    assert not Pack.objects.for_user(alice).exists()


def test_switches_are_named_in_words(client, alice, pack):
    client.force_login(alice)
    assert (
        'aria-label="Offer EMA Stack (Default) in pickers"'
        in client.get("/packs/").content.decode()
    )
    default = Pack.objects.get(user=alice, pack_id="ema_stack_default")
    part = client.post(f"/packs/{default.pk}/toggle/", headers={"HX-Request": "true"})
    assert 'aria-label="Offer EMA Stack (Default) in pickers"' in part.content.decode()
