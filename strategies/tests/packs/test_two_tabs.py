"""Two tabs at one pack: the second save is refused and shows both texts."""

import pytest
from django.urls import reverse

from accounts.testing import text_of
from strategies.packs.library import create_default_packs
from strategies.testing import pack_of

pytestmark = pytest.mark.django_db


def test_a_pack_is_not_saved_over_in_silence(client, alice):
    client.force_login(alice)
    create_default_packs(alice)
    pack = pack_of(alice, "ema_stack_default")
    address = reverse("strategies:pack-detail", args=[pack.pk])
    values = {f"p_{name}": value for name, value in pack.parameters.items()}
    first, second = ({**values, "version": name, "revision": 1} for name in ("Theirs", "Mine"))
    assert client.post(address, first).status_code == 302
    refused = client.post(address, second)
    assert refused.status_code == 409
    text = text_of(refused.content)
    assert '<th scope="row">Name</th><td>Theirs</td><td>Mine</td>' in text
    assert 'name="revision" value="2"' in text
    assert 'value="Mine"' in text
    assert client.post(address, {**second, "revision": 2}).status_code == 302
    pack.refresh_from_db()
    assert pack.version == "Mine"
