"""The verdict on a stored result, from its rows: figures, trades, checks, what else was tried."""

from datetime import timedelta

from django.utils import timezone

from market.sources import kind_of
from strategies.engine.trust.outcomes import TrustDocument
from strategies.models import Run, Trade
from strategies.models.documents import RunResult
from strategies.packs.names import PackNames
from strategies.runs.display import Context, costs_of, run_context
from strategies.runs.queue import KEEP_PREVIEWS
from strategies.trust.queue import check_of
from strategies.words.costs import NOTHING_R
from strategies.words.verdict import Evidence, Verdict, verdict


def judged_context(run: Run, names: PackNames) -> Context:
    """What the run panel needs in any status, its verdict included."""
    context = run_context(run, names)
    if run.status == Run.Status.SUCCEEDED:
        context["verdict"] = verdict_of(run)
    return context


def verdict_of(run: Run) -> Verdict:
    """Four queries at most."""
    return verdict(_evidence(run))


def _evidence(run: Run) -> Evidence:
    result: RunResult = run.result
    costs = costs_of(run)
    r_multiples = result.get("r_multiples", [])
    document, pending = _checked(run)
    significance = document.get("significance")
    is_judged = significance is not None and significance["verdict"] != "unknown"
    return Evidence(
        r_multiples=r_multiples,
        gross_r=costs["gross_r"] if costs else sum(r_multiples),
        has_costs=bool(costs and abs(costs["cost_r"]) >= NOTHING_R),
        double_r=costs["double_r"] if costs else None,
        pending=pending,
        p_value=significance["p_value"] if significance and is_judged else None,
        has_look_ahead=_has_failed(document, "look_ahead"),
        has_short_warm_up=_has_failed(document, "warm_up"),
        n_tried=tried(run),
        forward=_forward_r(run),
        is_simulated=kind_of(run.data_source).is_simulated,
    )


def _checked(run: Run) -> tuple[TrustDocument, str]:
    """What the checks found, and in a sentence what is still to come of them."""
    check = check_of(run)
    if run.strategy_id is None:
        return {}, "Chance and look-ahead are judged once it is saved."
    if check is None:
        return {}, "Its trust checks have not been made."
    document: TrustDocument = dict(check.result)  # type: ignore[assignment]
    return document, "Its trust checks are not done yet." if check.is_active else ""


def _has_failed(document: TrustDocument, name: str) -> bool:
    outcome = dict(document).get(name)
    return isinstance(outcome, dict) and outcome["verdict"] == "failed"


def tried(run: Run) -> int:
    """Configurations of this symbol that its owner has looked at in the builder lately, this one
    included: until there is a ledger, as far back as previews are kept."""
    since = timezone.now() - KEEP_PREVIEWS - timedelta(days=1)
    previews = Run.objects.filter(
        user_id=run.user_id, kind=Run.Kind.PREVIEW, symbol=run.symbol, created_at__gte=since
    )
    prints = set(previews.order_by().values_list("fingerprint", flat=True).distinct())
    return len(prints | {run.fingerprint})


def _forward_r(run: Run) -> list[float]:
    if run.strategy_id is None:
        return []
    rows = run.trades.counted().closed().filter(segment=Trade.Segment.FORWARD)
    return list(rows.order_by("number").values_list("r_multiple", flat=True))
