"""What webhooks know of alerts and strategies: subjects, what these put at stake, origins."""

from uuid import UUID

from django.db.models import F, Max

from accounts.models import User
from alerts.models import Alert
from alerts.outgoing import subject_of
from strategies.models import Strategy, Trade
from webhooks.hooks import Origin


def strategy_subjects(user: User) -> list[tuple[str, str]]:
    """(subject, label) of each strategy, by name."""
    rows = Strategy.objects.for_user(user).listed().order_by("name", "pk")
    return [
        (subject_of(pk), f"{name} ({symbol} {timeframe})")
        for pk, name, symbol, timeframe in rows.values_list("pk", "name", "symbol", "timeframe")
    ]


def largest_notional(user: User, subjects: list[str]) -> float | None:
    """The largest entry in the backtests of these strategies, or of all: quantity times price."""
    strategies = Strategy.objects.for_user(user).listed().values_list("pk", "config")
    budgets = {
        pk: config.get("risk_per_trade")
        for pk, config in strategies
        if not subjects or subject_of(pk) in subjects
    }
    rows = Trade.objects.filter(strategy_id__in=budgets, risk__gt=0).order_by()
    # Per dollar at risk; the quantity is rounded down, which a proposal need not be.
    dearest = rows.values_list("strategy_id").annotate(worth=Max(F("entry_price") / F("risk")))
    found = [worth * budgets[pk] for pk, worth in dearest if budgets[pk]]
    return max(found, default=None)


def origins(user: User, message_code: UUID) -> list[Origin]:
    """The alert behind a message and its strategy, as far as they are there."""
    rows = Alert.objects.for_user(user).select_related("strategy")
    alert = rows.filter(code=message_code).first()
    if alert is None:
        return []
    name = f"{alert.kind.label} {alert.symbol} {alert.direction}"
    found = [Origin("Alert", name, alert.get_absolute_url())]
    if alert.strategy is not None:
        strategy = alert.strategy
        found.append(Origin("Strategy", strategy.name, strategy.get_absolute_url()))
    return found
