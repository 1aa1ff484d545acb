"""What a user has to agree to before it is lost."""

from strategies import hooks
from strategies.models import Strategy
from strategies.record.keys import labels_of


class ConfirmationNeededError(Exception):
    """The change is possible, but loses something the user has to agree to first."""

    def __init__(self, losses: list[str], changed: list[str]) -> None:
        super().__init__(" ".join(losses))
        self.losses = losses
        self.changed = changed


def ask_before_loss(strategy: Strategy) -> None:
    """Raises ConfirmationNeededError when rooms above would lose something."""
    losses = hooks.losses_of(strategy)
    if losses:
        raise ConfirmationNeededError(losses, [])


def ask_before_reset(strategy: Strategy, changed: list[str]) -> None:
    """Raises ConfirmationNeededError when something would be lost or the strategy is monitored."""
    losses = hooks.losses_of(strategy)
    if not (losses or strategy.alert_tracking_enabled):
        return
    what = ", ".join(labels_of(changed))
    first = (
        f"“{strategy.name}” is monitored. Changing its {what} "
        + ("" if strategy.is_on_recorded_bars else "starts its forward test anew and ")
        + "resets its live state."
    )
    raise ConfirmationNeededError([first, *losses], changed)
