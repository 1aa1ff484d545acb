"""What the monitor bar and its list of strategies show."""

from django.db.models import Case, When

from accounts.models import User
from alerts.models import StrategyState
from alerts.monitor.status import monitor_state
from alerts.monitor.switch import monitor_of
from strategies.models import Strategy
from strategies.querysets import StrategyQuerySet

SHOWN_ERRORS = 5
SHOWN_STRATEGIES = 100
# Large documents that the panel, asked for every half minute, would parse for nothing.
UNSEEN_COLUMNS = ("config", "notes", "kpis", "equity_curve_data", "live_state__group__state")


def panel_context(user: User) -> dict[str, object]:
    """For its templates; four queries at most."""
    state = monitor_state(user)
    errors = monitor_of(user.pk).errors if state.n_errors else []
    rows = Strategy.objects.for_user(user).monitored()
    shown = _shown(rows)
    return {
        "monitor": state,
        "monitored": shown,
        "n_monitored": len(shown) if len(shown) < SHOWN_STRATEGIES else rows.order_by().count(),
        "errors": list(reversed(errors))[:SHOWN_ERRORS],
    }


def _shown(rows: StrategyQuerySet) -> list[Strategy]:
    """By name; of very many those that need a look or hold a position, then as many as fit."""
    status = StrategyState.Status
    rank = Case(
        When(live_state__status__in=(status.UNCONFIRMED, status.FAILED), then=0),
        When(live_state__status=status.IN_POSITION, then=1),
        default=2,
    )
    rows = rows.select_related("live_state__group").defer(*UNSEEN_COLUMNS)
    first = rows.order_by(rank, "name", "pk")[:SHOWN_STRATEGIES]
    return sorted(first, key=lambda one: (one.name, one.pk))
