"""The worker's own thread for mail: no backtest delays it, and no mail server delays a task."""

import threading

import structlog
from django.db import DatabaseError, close_old_connections, connection

from accounts.mail.sending import send_due

log = structlog.get_logger(__name__)
LOOK_SECONDS = 1.0
PAUSE_SECONDS = 15.0


class MailThread(threading.Thread):
    """Looks for due mail once a second. Any number of workers may: rows are sent under a lease."""

    def __init__(self) -> None:
        super().__init__(name="mail", daemon=True)
        self.is_over = threading.Event()

    def run(self) -> None:
        pause_s = LOOK_SECONDS
        while not self.is_over.wait(pause_s):
            pause_s = LOOK_SECONDS if look() else PAUSE_SECONDS
        connection.close()

    def end(self) -> None:
        self.is_over.set()


def look() -> bool:
    """Send all that is due. False when something failed, which is in the log."""
    try:
        close_old_connections()
        while send_due():
            continue
    except DatabaseError as error:
        log.warning("worker_without_database", doing="mail", reason=str(error))
    except Exception:
        log.exception("mail_failed")
    else:
        return True
    return False
