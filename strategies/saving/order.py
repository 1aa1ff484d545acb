"""How an owner keeps the list of strategies in order: tags and an archive.

None of it touches what is computed or watched, so no version moves.
"""

from collections.abc import Iterable

from django.utils import timezone

from strategies.engine.errors import StrategyError
from strategies.models import Strategy
from strategies.saving.storing import changing, lock

MOST_TAGS, LONGEST_TAG = 8, 24


def cleaned_tags(tags: Iterable[str]) -> list[str]:
    """Without doubles in any spelling, in alphabetical order. Raises StrategyError."""
    found: dict[str, str] = {}
    for tag in tags:
        text = " ".join(tag.split())
        if len(text) > LONGEST_TAG:
            raise StrategyError([("tags", f"A tag has at most {LONGEST_TAG} characters.")])
        if "," in text:
            raise StrategyError([("tags", "A tag holds no comma.")])
        if text:
            found.setdefault(text.casefold(), text)
    if len(found) > MOST_TAGS:
        raise StrategyError([("tags", f"At most {MOST_TAGS} tags.")])
    return [found[key] for key in sorted(found)]


def set_tags(strategy: Strategy, tags: Iterable[str]) -> Strategy:
    """Raises StrategyError, with nothing changed, for tags that can't be."""
    with changing():
        row = lock(strategy)
        cleaned = cleaned_tags(tags)
        row.tag_line = f",{','.join(cleaned)}," if cleaned else ""
        row.save(update_fields=["tag_line"])
    return row


def set_archived(strategy: Strategy, is_archived: bool) -> Strategy:
    """Into the archive or out of it. A monitored one goes on being watched."""
    with changing():
        row = lock(strategy)
        if (row.archived_at is not None) != is_archived:
            row.archived_at = timezone.now() if is_archived else None
            row.save(update_fields=["archived_at"])
    return row
