"""The verdict on a stored result, from its rows: figures, trades, checks, what else was tried."""

from typing import TypedDict

from market.sources import kind_of
from strategies.engine.evidence.judgement import judged
from strategies.engine.trust.outcomes import TrustDocument
from strategies.ledger.odds import odds_of
from strategies.models import Run, Trade
from strategies.models.documents import RunResult
from strategies.packs.names import PackNames
from strategies.runs.display import Context, costs_of, run_context
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
    """Five queries at most."""
    return verdict(evidence_of(run))


def evidence_of(run: Run) -> Evidence:
    """Everything that is known of a finished run."""
    result: RunResult = run.result
    costs = costs_of(run)
    r_multiples = result.get("r_multiples", [])
    document, pending = _checked(run)
    significance = document.get("significance")
    is_judged = significance is not None and significance["verdict"] != "unknown"
    stored = result.get("evidence")
    forward = stored["forward"] if stored else None
    return Evidence(
        r_multiples=r_multiples,
        gross_r=costs["gross_r"] if costs else sum(r_multiples),
        has_costs=bool(costs and abs(costs["cost_r"]) >= NOTHING_R),
        double_r=costs["double_r"] if costs else None,
        pending=pending,
        p_value=significance["p_value"] if significance and is_judged else None,
        has_look_ahead=_has_failed(document, "look_ahead"),
        has_short_warm_up=_has_failed(document, "warm_up"),
        odds=odds_of(run),
        forward=_forward_r(run),
        is_simulated=kind_of(run.data_source).is_simulated,
        # The first look at dates that came after the choice.
        forward_p=forward["p"] if forward else None,
        forward_dates=forward["n_dates"] if forward else 0,
    )


class EvidenceDocument(TypedDict):
    """The verdict as the API tells it; annual Sharpe ratios, None where there are too few dates.

    `missing` names what a proof lacks first, "" where nothing does.
    """

    verdict: str
    missing: str
    objections: list[str]
    luck: str
    strict_bound: str
    n_tried: int | None
    n_tried_now: int | None
    n_tried_on_dates: int | None
    n_dates: int | None
    n_trading_dates: int | None
    is_best: bool | None
    sharpe: float | None
    luck_p: float | None
    luck_sharpe: float | None
    luck_sharpe_if_different: float | None
    dsr: float | None
    holds_against_all: bool | None


def evidence_document(run: Run) -> EvidenceDocument:
    """Five queries at most, as for a page."""
    evidence = evidence_of(run)
    said, missing = verdict(evidence), judged(evidence.as_known()).missing
    found = evidence.odds
    bound = found.bound if found else None
    return {
        "verdict": said.word,
        "missing": missing.value if missing else "",
        "objections": [one.text for one in said.objections],
        "luck": said.luck,
        "strict_bound": said.bound,
        "n_tried": found.tried.n if found else None,
        "n_tried_now": found.tried.n_now if found else None,
        "n_tried_on_dates": found.tried.n_on_dates if found else None,
        "n_dates": found.chosen.n_dates if found else None,
        "n_trading_dates": found.chosen.n_trading_dates if found else None,
        "is_best": found.is_best if found else None,
        "sharpe": found.sharpe if found else None,
        "luck_p": found.luck_p if found else None,
        "luck_sharpe": found.luck_sharpe if found else None,
        "luck_sharpe_if_different": found.luck_sharpe_apart if found else None,
        "dsr": bound.dsr if bound else None,
        "holds_against_all": bound.holds if bound else None,
    }


def _checked(run: Run) -> tuple[TrustDocument, str]:
    """What the checks found, and in a sentence what is still to come of them."""
    check = check_of(run)
    if run.strategy_id is None:
        return {}, "Random entries and look-ahead are tried once it is saved."
    if check is None:
        return {}, "Its trust checks have not been made."
    document: TrustDocument = dict(check.result)  # type: ignore[assignment]
    return document, "Its trust checks are not done yet." if check.is_active else ""


def _has_failed(document: TrustDocument, name: str) -> bool:
    outcome = dict(document).get(name)
    return isinstance(outcome, dict) and outcome["verdict"] == "failed"


def _forward_r(run: Run) -> list[float]:
    if run.strategy_id is None:
        return []
    rows = run.trades.counted().closed().filter(segment=Trade.Segment.FORWARD)
    return list(rows.order_by("number").values_list("r_multiple", flat=True))
