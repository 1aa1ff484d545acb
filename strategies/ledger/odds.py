"""Where a stored result stands, read from rows: two queries, and nothing is computed anew."""

from django.db.models import Q

from strategies.engine.evidence.odds import Chosen, Odds, Tried, odds
from strategies.models import Run, Trial, TriedDates
from strategies.models.documents import RunResult
from strategies.models.trial import sharing_bars


def odds_of(run: Run) -> Odds | None:
    """None for a result of an earlier release, which was not counted."""
    result: RunResult = run.result
    evidence = result.get("evidence")
    if evidence is None or "window" not in evidence:
        return None
    # The run has been found for its owner, so these are theirs too.
    mine, same = Trial.objects.filter(user_id=run.user_id), evidence["dates_digest"]
    first_ts, last_ts = evidence["window"]
    shared = sharing_bars(run.data_source, run.symbol, first_ts, last_ts)
    n_now, n_on_dates = mine.n_tried_of(shared, Q(dates_digest=same))
    dates = TriedDates.objects.filter(user_id=run.user_id, digest=same).first()
    tried = Tried(evidence.get("n_tried") or max(1, n_now), max(1, n_now), max(1, n_on_dates))
    if dates is not None:
        tried = tried._replace(best=dates.best, maxima=dates.maxima)
    chosen = Chosen(
        evidence["n_dates"],
        evidence["n_trading_dates"],
        evidence["statistic"],
        evidence["moments"],
    )
    return odds(chosen, tried)
