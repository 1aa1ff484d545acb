"""How many shares an entry is for: the same on its page, in its messages and at its exit."""

from alerts.models.documents import AlertDetails
from market.instruments.ticks import whole_steps


def quantity(details: AlertDetails) -> int | None:
    """Whole shares that put the strategy's risk at stake; None when that is not known."""
    risk, budget = details.get("risk"), details.get("risk_per_trade")
    return whole_steps(budget / risk) if risk and budget else None
