"""What endpoints can be limited to: the user's strategies."""

from accounts.models import User
from alerts.outgoing import subject_of
from strategies.models import Strategy


def strategy_subjects(user: User) -> list[tuple[str, str]]:
    """(subject, label) of each strategy, by name."""
    rows = Strategy.objects.for_user(user).order_by("name", "pk")
    return [
        (subject_of(pk), f"{name} ({symbol} {timeframe})")
        for pk, name, symbol, timeframe in rows.values_list("pk", "name", "symbol", "timeframe")
    ]
