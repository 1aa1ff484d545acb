"""Finding by words: everything a user owns, the pages of the application and those of the help.

Each kind of thing has a finder, a row of `FINDERS`: from a user and words to what it found. A thing
is found when all words occur in what it is called.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache, reduce
from itertools import islice
from operator import and_, or_
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Case, Q, When
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import ApiKey, User
from accounts.ownership import AuthenticatedRequest
from alerts.kinds import kind_of
from alerts.models import Alert
from market.models import Replay
from market.sources import label_of
from strategies.models import Pack, Strategy
from strategies.packs.display import ShownPack
from webhooks.models import Delivery, Endpoint, Template

MOST_WORDS, LONGEST = 6, 80
# Of each kind.
MOST, FEW = 6, 3
# How many of what grows without end are looked through.
NEWEST = 300
# Pages that list all that is found, by the same words.
LISTS = {"Strategies": "strategies:strategy-list"}
Words = list[str]


class Found(NamedTuple):
    """`marked` is the title with the words that found it made visible; `at` is shown in the
    zone of the page."""

    title: str
    url: str
    detail: str = ""
    at: datetime | None = None
    marked: SafeString = SafeString("")


class Group(NamedTuple):
    """Of one kind; `more` leads to all of them where only the first are listed."""

    label: str
    icon: str
    found: list[Found]
    more: str = ""


Finder = Callable[[User, Words], Iterable[Found]]


class Place(NamedTuple):
    """A page of the application, and further words by which people look for it."""

    title: str
    name: str
    words: str = ""


PLACES = (
    Place("Dashboard", "dashboard", "home positions today"),
    Place("Strategies", "strategies:strategy-list"),
    Place("New strategy", "strategies:strategy-create", "builder backtest create set-up"),
    Place("Import a strategy", "strategies:strategy-import", "upload json file"),
    Place("Packs", "strategies:pack-list", "indicators parameters"),
    Place("Alerts", "alerts:alert-list", "monitor"),
    Place("Send a test alert", "alerts:alert-test"),
    Place("Replay a recorded day", "alerts:replay-new"),
    Place("Replays", "alerts:replay-list"),
    Place("Webhook endpoints", "webhooks:endpoint-list", "bots"),
    Place("New endpoint", "webhooks:endpoint-create", "webhook bot"),
    Place("Deliveries", "webhooks:delivery-list", "webhook messages orders log"),
    Place("Webhook templates", "webhooks:template-list", "bodies"),
    Place("Settings", "accounts:settings", "time zone theme costs defaults profile password"),
    Place("API keys", "accounts:keys", "token"),
)


@login_required
@require_safe
@never_cache
def search(request: AuthenticatedRequest) -> HttpResponse:
    """What the words of `q` find: a page, or to the dialog of a page only its list."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]
    context = {"q": text, "found_groups": find(request.user, text)}
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "search/_found.html" if is_part else "search/page.html", context)


def find(user: User, text: str) -> list[Group]:
    """Kinds in the order of the table, each with what fits best first; nothing for no words."""
    words = text.lower().split()[:MOST_WORDS]
    if not words:
        return []
    groups = (_group(user, words, *row) for row in FINDERS)
    return [group for group in groups if group.found]


def _group(user: User, words: Words, label: str, icon: str, finder: Finder) -> Group:
    found = list(finder(user, words))
    listed = [one._replace(marked=marked(one.title, words)) for one in found[:MOST]]
    page = LISTS.get(label) if len(found) > MOST else None
    more = f"{reverse(page)}?{urlencode({'q': ' '.join(words)})}" if page else ""
    return Group(label, icon, listed, more)


def marked(title: str, words: Words) -> SafeString:
    """The title, escaped, each of the words in it marked."""
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", title, flags=re.IGNORECASE)
    parts = (
        format_html("<mark>{}</mark>" if at % 2 else "{}", one) for at, one in enumerate(pieces)
    )
    return format_html_join("", "{}", ((part,) for part in parts))


def _named(words: Words, *columns: str) -> Q:
    """Every word in one of the columns."""
    return reduce(and_, (_in_any(word, columns) for word in words))


def _in_any(word: str, columns: Iterable[str]) -> Q:
    return reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))


def _strategies(user: User, words: Words) -> Iterator[Found]:
    columns = ("name", "symbol", "tag_line")
    rows = Strategy.objects.for_user(user).listed().filter(_named(words, *columns))
    begins_so = Case(When(name__istartswith=words[0], then=0), default=1)
    for one in rows.order_by(begins_so, "-alert_tracking_enabled", "-updated_at").only(
        "name", "symbol", "direction", "timeframe", "data_source", "deleted_at"
    )[: MOST + 1]:
        source = label_of(one.data_source)
        detail = f"{one.symbol} {one.direction} {one.timeframe} · {source}"
        yield Found(one.name, one.get_absolute_url(), detail)


def _packs(user: User, words: Words) -> Iterator[Found]:
    for one in map(ShownPack, Pack.objects.for_user(user)):
        if _fits(words, f"{one.label} {one.pack.pack_id} {one.pack.description}"):
            url = reverse("strategies:pack-detail", args=[one.pack.pk])
            yield Found(one.label, url, one.summary)


def _endpoints(user: User, words: Words) -> Iterator[Found]:
    rows = Endpoint.objects.for_user(user).filter(_named(words, "name")).order_by("name")
    for one in rows[:MOST]:
        url = reverse("webhooks:endpoint-detail", args=[one.code])
        yield Found(one.name, url, "" if one.is_enabled else "switched off")


def _templates(user: User, words: Words) -> Iterator[Found]:
    rows = Template.objects.for_user(user).filter(_named(words, "name")).order_by("name")
    for one in rows[:MOST]:
        yield Found(one.name, reverse("webhooks:template-detail", args=[one.pk]))


def _replays(user: User, words: Words) -> Iterator[Found]:
    named = [word for word in words if word != "replay"]
    rows = Replay.objects.for_user(user).order_by("-created_at")
    for one in rows[:NEWEST]:
        title = f"{one.symbol} {one.day.isoformat()}"
        if len(named) < len(words) or _fits(named, title):
            yield Found(title, reverse("alerts:replay-detail", args=[one.code]), "replay")


def _alerts(user: User, words: Words) -> Iterator[Found]:
    """A few of the newest; older ones are found on their page, by its filters."""
    return islice(_fitting_alerts(user, words), FEW)


def _fitting_alerts(user: User, words: Words) -> Iterator[Found]:
    rows = Alert.objects.for_user(user).select_related(None)
    columns = ("alert_type", "strategy_name", "symbol", "direction", "fill_at")
    for one in rows.only(*columns)[:NEWEST]:
        title = f"{kind_of(one.alert_type).label} {one.symbol} {one.direction}"
        if _fits(words, f"{title} {one.strategy_name} alert"):
            url = reverse("alerts:alert-detail", args=[one.pk])
            yield Found(title, url, one.strategy_name, one.fill_at)


def _deliveries(user: User, words: Words) -> Iterator[Found]:
    """A few of the newest, like alerts."""
    return islice(_fitting_deliveries(user, words), FEW)


def _fitting_deliveries(user: User, words: Words) -> Iterator[Found]:
    rows = Delivery.objects.for_user(user).select_related("endpoint").order_by("-id")
    columns = ("code", "event_type", "summary", "state", "created_at", "endpoint__name")
    for one in rows.only(*columns)[:NEWEST]:
        title, state = one.summary or one.event_type, one.get_state_display()
        if _fits(words, f"{title} {one.event_type} {state} {one.endpoint.name} delivery"):
            url = reverse("webhooks:delivery-detail", args=[one.code])
            yield Found(title, url, f"{one.endpoint.name} · {state}", one.created_at)


def _keys(user: User, words: Words) -> Iterator[Found]:
    for one in ApiKey.objects.for_user(user).filter(_named(words, "name"), revoked_at=None)[:MOST]:
        yield Found(one.name, reverse("accounts:keys"), f"begins with {one.prefix}")


def _places(user: User, words: Words) -> Iterator[Found]:
    for place in PLACES:
        if _fits(words, f"{place.title} {place.words}"):
            try:
                yield Found(place.title, reverse(place.name))
            except NoReverseMatch:
                continue


def _help(user: User, words: Words) -> Iterator[Found]:
    for title, heading, url in headings():
        if _fits(words, f"{title} {heading}"):
            yield Found(heading or title, url, title if heading else "")


@lru_cache(maxsize=1)
def headings() -> list[tuple[str, str, str]]:
    """Title of each document, a heading in it, and the address of the page."""
    found = []
    for path in sorted((settings.BASE_DIR / "docs").glob("*.md")):
        lines = path.read_text(encoding="utf-8").splitlines()
        title = next((line[2:] for line in lines if line.startswith("# ")), path.stem)
        url = f"/help/{path.stem}.html"
        found.append((title, "", url))
        for line in lines:
            if line.startswith("## "):
                found.append((title, line[3:], f"{url}#{_anchor(line[3:])}"))
    return found


def _anchor(heading: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -" else "" for c in heading.lower())
    return kept.replace(" ", "-")


def _fits(words: Iterable[str], text: str) -> bool:
    lowered = text.lower()
    return all(word in lowered for word in words)


FINDERS: tuple[tuple[str, str, Finder], ...] = (
    ("Strategies", "trending-up", _strategies),
    ("Packs", "packages", _packs),
    ("Endpoints", "webhook", _endpoints),
    ("Templates", "file-code", _templates),
    ("Replays", "player-play", _replays),
    ("Alerts", "bell", _alerts),
    ("Deliveries", "send", _deliveries),
    ("API keys", "key", _keys),
    ("Pages", "layout-dashboard", _places),
    ("Help", "help-circle", _help),
)
