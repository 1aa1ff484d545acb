"""`python -m bench.honesty`: all proofs, as JSON beside this file and as docs/proofs.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TypedDict

from bench.honesty import cards, popular, searches
from bench.honesty.searches import Share

HERE = Path(__file__).resolve().parent
RESULT, PAGE = HERE / "result.json", HERE.parent.parent / "docs" / "proofs.md"
SEED = 20261130


class Proof(TypedDict):
    """A share that must not be above or below a bound, or that nothing is asked of."""

    what: str
    n: int
    share: float
    bound: str
    is_met: bool


def main() -> int:
    proofs, shown = proved(), unshown()
    RESULT.write_text(json.dumps({"seed": SEED, "proofs": proofs, "not_shown": shown}, indent=1))
    PAGE.write_text(page(proofs, shown))
    for one in proofs:
        sys.stdout.write(f"{_row(one)}\n")
    return 0 if all(one["is_met"] for one in proofs) else 1


def proved() -> list[Proof]:
    found = []
    for n_dates in (63, 126, 252):
        for is_sparse, name in ((False, "dense"), (True, "sparse")):
            share = searches.null_searches(500, n_dates, is_sparse, SEED)
            what = f"null searches of 800 variants, {n_dates} dates, {name}: luck p below 5 %"
            found.append(_at_most(what, share, 0.08))
    what = "the same with a true Sharpe of 2.5 in one family of 40, 252 dates: found"
    found.append(_at_least(what, searches.planted_searches(500, False, SEED), 0.40))
    bounds = searches.bounds(100, SEED)
    held: Share = {"n": bounds["n"], "share": bounds["held"] / bounds["n"]}
    what = "a Sharpe of 4 on 756 dates among 800 variants that lose: the strict bound holds"
    found.append(_at_least(what, held, 0.95))
    same: Share = {"n": bounds["n"], "share": float(bounds["is_changed_by_losers_only_through_n"])}
    found.append(_at_least("losing variants change it through their number only", same, 1.0))
    tabs = cards.coloured_tabs(200, SEED)
    found.append(_at_most("tabs of 60 conditions without effect: a card is coloured", tabs, 0.08))
    looks = cards.reveals(1_000, SEED)
    what = "ten looks at sealed dates without an edge: p times the square of the look below 5 %"
    return [*found, _at_most(what, looks, 0.10)]


def unshown() -> list[Proof]:
    """How often what has no edge passes; and what a sparse edge is found with."""
    sparse = searches.planted_searches(500, True, SEED)
    tabs, looks = cards.coloured_tabs(200, SEED), cards.reveals(1_000, SEED)
    return [
        _plain("total of the trades in another order is another one", popular.shuffled_trades, 300),
        _plain("own results drawn again gain in 95 of 100", popular.resampled_trades, 300),
        _plain("noise test: best of 96 rules on a random walk", popular.passed_noise, 300),
        _plain("best of 96 rules on a random walk is no lonely peak", popular.no_lonely_peak, 300),
        _plain("70 % of 96 rules gain on a random walk", popular.broad, 300),
        _plain("PBO below one half, all variants losing", popular.low_overfitting, 100),
        _told("ten looks at sealed dates, p below 5 % in one", looks["n"], looks["unpaid"]),
        _told("tab of 60 cards, one outside its own 95 %", tabs["n"], tabs["alone"]),
        _told("for comparison: luck p finds 0.25 R a trade on 252 sparse dates", **sparse),
    ]


def _plain(what: str, tried: object, n: int) -> Proof:
    assert callable(tried)
    share: Share = tried(n, SEED)
    return _told(what, share["n"], share["share"])


def _told(what: str, n: int, share: float) -> Proof:
    return {"what": what, "n": n, "share": share, "bound": "", "is_met": True}


def _at_most(what: str, found: Share, bound: float) -> Proof:
    is_met = found["share"] <= bound
    return {**_told(what, found["n"], found["share"]), "bound": _most(bound), "is_met": is_met}


def _at_least(what: str, found: Share, bound: float) -> Proof:
    is_met = found["share"] >= bound
    least = f"at least {100 * bound:.0f} %"
    return {**_told(what, found["n"], found["share"]), "bound": least, "is_met": is_met}


def _most(bound: float) -> str:
    return f"at most {100 * bound:.0f} %"


def _row(one: Proof) -> str:
    cells = [one["what"], f"{one['n']:,}", f"{100 * one['share']:.1f} %", one["bound"]]
    return f"| {' | '.join(cells)} |" if one["bound"] else f"| {' | '.join(cells[:3])} |"


def page(proofs: list[Proof], shown: list[Proof]) -> str:
    lines = [
        "# Proofs of honesty",
        "",
        "Written by `make honesty`; every figure follows from the seed of that command. What they",
        "mean is said in [evidence](evidence.md) and in [tests we do not show](not-shown.md).",
        "",
        "| evidence that is shown | tried | share | asked |",
        "|---|---|---|---|",
        *map(_row, proofs),
        "",
        "| what is not shown, on what has no edge | tried | passes |",
        "|---|---|---|",
        *map(_row, shown),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
