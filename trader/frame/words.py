"""Words explained where they stand: the sentences of `docs/words.md`, by the labels that show them.

A script finds the labels of a page in this table and makes them explain themselves.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

SOURCE = settings.BASE_DIR / "docs" / "words.md"
LINE = re.compile(r"\| ([^|]+) \| ([^|]+) \|")


class Shown(NamedTuple):
    """A term, the page of the help that says more, and the labels of pages that mean it."""

    term: str
    more: str
    labels: tuple[str, ...]


# Labels that mean different things on different pages are left out.
SHOWN = (
    Shown("pack", "packs", ("Packs", "Pack", "Risk pack", "Time pack")),
    Shown("state", "packs#preview", ("States",)),
    Shown("move", "packs#preview", ("After each trigger",)),
    Shown(
        "trigger", "strategy-json#entry", ("Trigger", "Triggers", "Entry trigger", "Exit trigger")
    ),
    Shown(
        "condition",
        "strategy-json#conditions",
        (
            "Conditions",
            "Confluence",
            "Required conditions",
            "Timeframe conditions",
            "General conditions",
        ),
    ),
    Shown("position", "engine#rules-worth-knowing", ("Position", "Open trade")),
    Shown("R", "kpis#what-all-figures-share", ("R", "R now", "R today", "Result", "Equity in R")),
    Shown("shares", "words#what-a-strategy-is-made-of", ("Shares", "Quantity")),
    Shown("running R", "words#what-a-strategy-is-made-of", ("Running R",)),
    Shown("fill", "strategy-json#entry", ("Filled", "Fill", "Fill of the entry")),
    Shown("stop, target", "strategy-json#stop", ("Stop", "Target", "Stop / target", "Risk")),
    Shown("trailing, breakeven", "strategy-json#stop", ("Trailing stop", "Breakeven", "Trailing")),
    Shown("costs", "kpis#what-costs-take", ("Costs", "Costs of new strategies")),
    Shown("break-even", "kpis#what-costs-take", ("Break-even", "Break-even cost")),
    Shown("plan", "strategy-json#costs", ("Broker",)),
    Shown("half-spread", "strategy-json#costs", ("Half-spread and slippage", "Half-spread")),
    Shown("time exit", "strategy-json#exits", ("Time exit", "Exit after bars", "Exit by time")),
    Shown("limits", "strategy-json#limits", ("Limits",)),
    Shown("set-up", "index", ("Start from a set-up", "Set-up")),
    Shown("source", "market#sources", ("Bars", "Source", "Recorded bars")),
    Shown("session", "strategy-json#the-series", ("Session",)),
    Shown("lookback", "strategy-json#which-bars", ("Lookback",)),
    Shown("window", "strategy-json#which-bars", ("Window",)),
    Shown("feed", "market#feeds-and-market-time", ("Feed",)),
    Shown("missing date", "engine#missing-dates", ("Missing dates",)),
    Shown("left out", "engine#missing-dates", ("Left out",)),
    Shown("replay", "market#feeds-and-market-time", ("Replay", "Replays", "Played")),
    Shown("monitor", "words#work-and-time", ("Monitor", "Monitored")),
    Shown("heartbeat", "words#judging-and-showing", ("Heartbeat",)),
    Shown("alert", "words#the-two-chains", ("Alert", "Last alerts")),
    Shown("cause", "words#judging-and-showing", ("Why",)),
    Shown("market time, wall clock", "market#feeds-and-market-time", ("Market time", "Stored at")),
    Shown("figure", "kpis", ("All figures",)),
    Shown("trust check", "trust-checks", ("Trust checks", "What was compared")),
    Shown("what-if", "one-strategy#what-if", ("What if",)),
    Shown("report", "one-strategy#report", ("Report",)),
    Shown("read-only link", "one-strategy#report", ("Read-only links",)),
    Shown("segment", "words#judging-and-showing", ("Segment",)),
    Shown("backtest", "words#judging-and-showing", ("BT",)),
    Shown("forward test", "words#judging-and-showing", ("Forward test", "Fwd")),
    Shown("live", "words#judging-and-showing", ("Live trades",)),
    Shown("tag", "words#judging-and-showing", ("Tag", "Tags")),
    Shown("archive", "words#judging-and-showing", ("Shelf", "Archived")),
    Shown("bin", "operations#retention", ("Deleted",)),
    Shown("endpoint", "webhooks", ("Endpoint",)),
    Shown("message", "webhooks#what-arrives", ("Message", "Which messages")),
    Shown("delivery", "webhooks#when-it-fails", ("Deliveries", "Webhook deliveries", "Webhooks")),
    Shown("attempt", "webhooks#when-it-fails", ("Tries", "Failed tries")),
    Shown("profile", "webhooks#when-it-fails", ("Retries", "Meant for", "When it fails")),
    Shown("sequence", "webhooks#the-sequence", ("Sequence",)),
    Shown("signature", "webhooks#what-arrives", ("Signature",)),
    Shown("body", "webhooks#bodies", ("Body", "What is sent", "What each event sends")),
    Shown("test", "webhooks#tests", ("Test",)),
    Shown("late", "webhooks#when-it-fails", ("Late", "Late after, seconds")),
    Shown("entry state", "webhooks#the-sequence", ("Its entry",)),
    Shown("superseded", "webhooks#the-sequence", ("Superseded",)),
    Shown("block", "webhooks#the-sequence", ("Blocked",)),
    Shown("held", "webhooks#the-sequence", ("Held", "Held for you")),
)
# The page of the help beside the heading of a page, by the beginning of its view's name.
PAGES = (
    ("strategies:pack", "packs"),
    ("strategies:strategy-create", "strategy-json"),
    ("strategies:strategy-edit", "strategy-json"),
    ("strategies:strategy-import", "strategy-json"),
    ("strategies:strategy-detail", "kpis"),
    ("strategies:strategy-bin", "operations#retention"),
    ("strategies:run", "kpis"),
    ("strategies:compare", "comparing"),
    ("strategies:", "words#what-a-strategy-is-made-of"),
    ("alerts:replay", "market#feeds-and-market-time"),
    ("alerts:", "words#the-two-chains"),
    ("webhooks:", "webhooks"),
    ("accounts:keys", "webhooks#api"),
    ("dashboard", "index"),
)


class Word(NamedTuple):
    term: str
    sentence: str


@lru_cache(maxsize=1)
def words() -> dict[str, Word]:
    """Every term of the document with its sentence, plain; the table of stored names is not one."""
    text = SOURCE.read_text(encoding="utf-8").partition("\n## Names that stay")[0]
    found = (Word(*map(_plain, line)) for line in LINE.findall(text))
    return {word.term: word for word in found if word.term != "word" and word.term.strip("-")}


def _plain(cell: str) -> str:
    return cell.replace("`", "").replace("**", "").strip()


def address(more: str) -> str:
    """`kpis#what-costs-take` as the address of a page."""
    page, _, anchor = more.partition("#")
    return f"/help/{page}.html#{anchor}" if anchor else f"/help/{page}.html"


@require_safe
@cache_control(max_age=600)
def shown_words(request: HttpRequest) -> HttpResponse:
    """By label, in small letters: the term, its sentence, where more is said."""
    known = words()
    table = {
        label.lower(): [one.term, known[one.term].sentence, address(one.more)]
        for one in SHOWN
        for label in one.labels
    }
    return JsonResponse(table)


def help_of(view_name: str) -> str:
    """The page of the help on what this view shows; empty where there is none."""
    for beginning, more in PAGES:
        if view_name.startswith(beginning):
            return address(more)
    return ""
