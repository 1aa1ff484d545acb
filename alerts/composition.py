"""Where this room hangs itself into those below it."""

from django.contrib.auth.signals import user_logged_out

from alerts.monitor import switch
from alerts.socket import identity
from strategies.saving import changes


def join_rooms_below() -> None:
    """Once per process; running it again changes nothing."""
    if switch.reset_live_state not in changes.on_reset:
        changes.on_lock.append(switch.lock_live_rows)
        changes.on_reset.append(switch.reset_live_state)
        changes.on_moved.append(switch.move_live_state)
        changes.guards.append(switch.open_position_losses)
    user_logged_out.connect(identity.announce_logout, dispatch_uid="alerts.announce_logout")
