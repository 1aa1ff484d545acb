"""Windows of the day read as a trader says them, wherever a pack is summed up."""

import pytest

from strategies.builder import offers
from strategies.packs import library
from strategies.packs.display import ShownPack, words_of
from strategies.packs.library import create_default_packs
from strategies.packs.names import PackNames
from strategies.testing import make_computed, pack_of

pytestmark = pytest.mark.django_db


def window(owner, *numbers):
    names = ("start_hour", "start_minute", "end_hour", "end_minute")
    parameters = dict(zip(names, numbers, strict=True))
    return library.create_pack(owner, "time_of_day", {"parameters": parameters})


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((9, 30, 11, 0), "09:30–11:00 ET"),
        ((9, 5, 15, 59), "09:05–15:59 ET"),
        ((20, 0, 4, 0), "20:00–04:00 ET, over midnight"),
        ((9, 30, 9, 30), "09:30–09:30 ET, an empty window"),
    ],
)
def test_a_time_of_day_is_a_span(alice, numbers, words):
    assert ShownPack(window(alice, *numbers)).summary == words


@pytest.mark.parametrize(
    ("session", "words"),
    [
        ("pre_market", "Pre-market, 04:00–09:30 ET"),
        ("regular", "Regular session, 09:30–16:00 ET"),
        ("after_hours", "After hours, 16:00–20:00 ET"),
        ("extended", "Extended hours, 04:00–20:00 ET"),
    ],
)
def test_a_session_is_named_with_its_span(alice, session, words):
    pack = library.create_pack(alice, "trading_session", {"parameters": {"session": session}})
    assert ShownPack(pack).summary == words


def test_other_packs_keep_the_list_of_their_parameters(alice):
    create_default_packs(alice)
    pack = pack_of(alice, "vwap_default")
    assert words_of(pack) == ""
    assert ShownPack(pack).summary == "Band 1 (deviations) 1.0 · Band 2 (deviations) 2.0"


def test_pickers_and_chosen_conditions_say_the_span(alice):
    pack = window(alice, 9, 30, 11, 0)
    labels = [c.label for group in offers.general_conditions([pack], "1Min") for c in group.choices]
    assert labels[0].endswith("the bar starts inside the window (09:30–11:00 ET)")
    record = f"GEN-{pack.pack_id.upper()}-IN_WINDOW"
    chosen = PackNames([pack]).condition_text(record)
    assert chosen.endswith(": IN_WINDOW – the bar starts inside the window (09:30–11:00 ET)")


def test_pages_show_the_span(client, alice, market):
    create_default_packs(alice)
    pack = window(alice, 9, 30, 11, 0)
    record = f"GEN-{pack.pack_id.upper()}-IN_WINDOW"
    strategy = make_computed(alice, general_confluences=[record])
    client.force_login(alice)
    for address in ("/packs/", f"{strategy.get_absolute_url()}?tab=configuration"):
        text = client.get(address).content.decode()
        assert "09:30–11:00 ET" in text, address
        assert "From hour" not in text, address
