"""Where this room hangs itself into those below it."""

from django.contrib.auth.signals import user_logged_out

from alerts import monitoring, socket_auth
from strategies import saving


def join_rooms_below() -> None:
    """Once per process; running it again changes nothing."""
    if monitoring.reset_live_state not in saving.on_reset:
        saving.on_lock.append(monitoring.lock_live_rows)
        saving.on_reset.append(monitoring.reset_live_state)
        saving.on_moved.append(monitoring.move_live_state)
        saving.guards.append(monitoring.open_position_losses)
    user_logged_out.connect(socket_auth.announce_logout, dispatch_uid="alerts.announce_logout")
