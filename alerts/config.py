"""What users chose to be told, looked up for a batch of strategies at once."""

from dataclasses import dataclass

from accounts.models import User
from alerts.kinds import Kind, Order
from alerts.models import AlertConfig, Monitor
from strategies.models import Strategy


@dataclass(frozen=True)
class Choice:
    alert_on_entry: bool = True
    alert_on_exit: bool = True
    send_webhooks: bool = True

    def wants(self, kind: Kind) -> bool:
        """What orders nothing is always told."""
        wishes = {Order.OPEN: self.alert_on_entry, Order.CLOSE: self.alert_on_exit}
        return wishes.get(kind.order, True)


def create_alert_defaults(user: User) -> None:
    """The rows a new account starts with: told about everything, monitor stopped."""
    AlertConfig.objects.get_or_create(user=user, strategy=None)
    Monitor.objects.get_or_create(user=user)


def choices_of(strategies: list[Strategy]) -> dict[int, Choice]:
    """By strategy id: its own row, else its owner's general one, else everything."""
    rows = AlertConfig.objects.of_strategies(
        [strategy.pk for strategy in strategies], {strategy.user_id for strategy in strategies}
    )
    own: dict[int, Choice] = {}
    general: dict[int, Choice] = {}
    for row in rows:
        choice = Choice(row.alert_on_entry, row.alert_on_exit, row.send_webhooks)
        if row.strategy_id is None:
            general[row.user_id] = choice
        else:
            own[row.strategy_id] = choice
    return {
        strategy.pk: own.get(strategy.pk) or general.get(strategy.user_id) or Choice()
        for strategy in strategies
    }
