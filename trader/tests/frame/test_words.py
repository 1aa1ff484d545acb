"""Every word is explained where it stands, and what leads on from it leads somewhere."""

import re

import pytest
from django.conf import settings
from django.urls import get_resolver

from trader.frame.finding import headings
from trader.frame.words import PAGES, SHOWN, address, help_of, words

DOCS = settings.BASE_DIR / "docs"
# Of the code and of operations: no label of a page says them.
NOT_SHOWN = set(
    """
    record; spec; program; frame; walk; trade; run; group; look; decision; leg; lane; template;
    node; signal; part; implied; grid; choices; preparation; bar; series; revision; edition;
    switch; step, walk, advance; memory; snapshot; live state; sweep; refresh; life; lease; turn;
    socket; mail; hint; check; details; moment; gauge; opening; standing; note; sign; row; kind;
    threshold; drawing; drill-down; card; effect; trial; ledger; luck p; odds; strict bound;
    version; kept trades; preview; slice; family; aside
    """.replace("\n", " ").split(";")
)


def addresses() -> set[str]:
    return {url for _, _, url in headings()}


def test_every_term_is_explained_or_said_to_be_on_no_page():
    shown = {one.term for one in SHOWN}
    hidden = {" ".join(term.split()) for term in NOT_SHOWN}
    assert shown & hidden == set()
    assert shown | hidden == set(words())


def test_each_sentence_is_one_and_plain():
    for word in words().values():
        assert len(word.sentence) > 10, word
        assert not re.search(r"[`*\[]{2}|\]\(", word.sentence), word


def test_a_label_means_one_thing():
    labels = [label.lower() for one in SHOWN for label in one.labels]
    assert sorted(labels) == sorted(set(labels))


@pytest.mark.parametrize("more", sorted({one.more for one in SHOWN} | {page for _, page in PAGES}))
def test_what_says_more_is_there(more):
    assert address(more) in addresses()


def test_links_of_templates_and_scripts_lead_to_the_help_that_is_there():
    known = addresses() | {"/help/"}
    folders = (settings.BASE_DIR / "templates", settings.BASE_DIR / "static" / "js")
    files = [path for folder in folders for path in folder.rglob("*.*")]
    links = {(path.name, url) for path in files for url in LINK.findall(path.read_text("utf-8"))}
    assert links
    assert [one for one in sorted(links) if one[1] not in known] == []


LINK = re.compile(r"""["'](/help/[\w./#-]*)["']""")


def test_the_table_is_for_everybody_and_kept_a_while(client):
    answer = client.get("/frame/words/")
    assert answer.json()["half-spread"][0] == "half-spread"
    assert answer.json()["half-spread"][2] == "/help/strategy-json.html#costs"
    assert answer["Cache-Control"] == "max-age=600"


def test_views_lead_to_the_page_on_them():
    assert help_of("webhooks:delivery-list") == "/help/webhooks.html"
    assert help_of("strategies:pack-detail") == "/help/packs.html"
    assert help_of("account_login") == ""


def test_the_table_of_pages_names_views_that_there_are():
    names = {
        f"{room}:{name}"
        for room, (_, one) in get_resolver().namespace_dict.items()
        for name in one.reverse_dict
        if isinstance(name, str)
    } | {"dashboard"}
    for beginning, _ in PAGES:
        assert any(name.startswith(beginning) for name in names), beginning


@pytest.mark.django_db
def test_a_page_leads_to_its_help(client, alice):
    client.force_login(alice)
    assert (
        'class="page-help" href="/help/webhooks.html"' in client.get("/webhooks/").content.decode()
    )
    assert "page-help" not in client.get("/settings/").content.decode()
