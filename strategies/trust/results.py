"""From the outcome of the checks to the row that pages and lists read."""

from django.db import transaction

from strategies.engine.trust.outcomes import CHECKS, TrustDocument
from strategies.models import TrustCheck
from strategies.trust import queue


def store(check: TrustCheck, document: TrustDocument) -> None:
    """Keep the outcome. Raises WorkLostError when the check is no longer this worker's."""
    with transaction.atomic():
        row = queue.life.hold(check)
        row.result = document
        row.verdicts = {name: document[name]["verdict"] for name in CHECKS}
        row.engine_version, row.seed = document["engine_version"], document["seed"]
        queue.life.finish(row, TrustCheck.Status.SUCCEEDED)
