"""docs/performance.md from the newest results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench import detail_report, drill_report
from bench.written import made_on, table, verdict

HEAD = """# Performance

Measured by `make bench` (or `make bench ARGS="engine"` for one part) and written by it; every
result is kept as JSON under `bench/results/`. Peers run in the same process of the same run, with
their trades compared first; vectorbt uses its compiled (rust) engine. Figures are medians of
several runs on a shared machine: read ratios before times.
"""
SECTIONS = (
    *("engine", "depth", "search", "drill", "http", "detail", "live", "history", "ready"),
    "lighthouse",
)
NAMES = {
    "api_list": "API list: 20 alerts",
    "api_write": "API write: a strategy created",
    "page": "page: the alert list",
    "bar_stored_to_alert": "bar stored → alert row",
    "alert_to_browser": "alert row → browser's socket",
    "alert_to_endpoint": "alert row → request at the endpoint",
}
HISTORY_SPANS = {"quiet": "nothing", "first": "first import", "revision": "revision"}
GOALS = {
    "bar_stored_to_alert": "p95 < 1,000 ms for 1,000 strategies",
    "alert_to_browser": "p95 < 150 ms (300 ms without Redis)",
    "alert_to_endpoint": "p50 < 300 ms, p99 < 1,500 ms",
}


def newest_sections(results: Path) -> dict[str, Any]:
    """The newest measurement of every section, with the machine it was made on."""
    found: dict[str, Any] = {}
    for path in sorted(results.glob("*.json")):
        result = json.loads(path.read_text())
        for name in SECTIONS:
            if name in result:
                found[name] = {**result[name], "at": result["at"], "machine": result["machine"]}
    return found


def document(sections: dict[str, Any]) -> str:
    parts = [HEAD]
    writers = {
        "engine": engine_part,
        "depth": depth_part,
        "search": search_part,
        "drill": drill_report.part,
        "http": http_part,
        "detail": detail_report.part,
        "live": live_part,
        "history": history_part,
        "ready": ready_part,
        "lighthouse": lighthouse_part,
    }
    parts += [writers[name](sections[name]) for name in writers if name in sections]
    return "\n".join(parts)


def engine_part(section: dict[str, Any]) -> str:
    rows = []
    for name in ("REFA", "REFB"):
        one = section[name]
        for who in (
            "engine",
            "engine_with_trades",
            "vectorbt",
            "vectorbt_with_trades",
            "backtesting",
        ):
            t = one[who]
            spread = f"{t['min_ms']}–{t['max_ms']}"
            rows.append([name, who.replace("_", " "), t["median_ms"], spread, t["runs"]])
    ratios = [
        [
            name,
            section[name]["trades"],
            section[name]["vectorbt_differences"],
            section[name]["backtesting_differences"],
            f"{section[name]['times_faster_than_vectorbt']}x",
            f"{section[name]['times_faster_than_backtesting']}x",
            section[name]["streamed_ns_per_bar"],
        ]
        for name in ("REFA", "REFB")
    ]
    cold = section["cold_process"]
    slowest = min(section[n]["times_faster_than_vectorbt"] for n in ("REFA", "REFB"))
    with_list = max(section[n]["engine_with_trades"]["median_ms"] for n in ("REFA", "REFB"))
    slowest_list = min(section[n]["times_faster_with_trades"] for n in ("REFA", "REFB"))
    slowest_b = min(section[n]["times_faster_than_backtesting"] for n in ("REFA", "REFB"))
    return "\n".join(
        [
            "## Engine: the reference job (98,280 one-minute bars, indicators included)\n",
            made_on(section),
            table(["series", "who", "median ms", "min–max ms", "runs"], rows),
            table(
                ["series", "trades", "differ from vectorbt", "differ from backtesting.py",
                 "faster than vectorbt", "faster than backtesting.py", "ns per streamed bar"],
                ratios,
            ),
            f"A new process from start to JSON, warm cache on disk: {cold['median_ms']:.0f} ms "
            f"({cold['min_ms']:.0f}–{cold['max_ms']:.0f}), peak {cold['peak_mb']} MB.\n",
            table(
                ["goal", "measured", "verdict"],
                [
                    ["at least 10x faster than vectorbt", f"{slowest}x", verdict(slowest >= 10)],
                    ["list of trades and their conditions under 3 ms", f"{with_list:.2f} ms",
                     verdict(with_list < 3)],
                    ["its list at least 4x faster than vectorbt's", f"{slowest_list}x",
                     verdict(slowest_list >= 4)],
                    ["at least 200x faster than backtesting.py", f"{slowest_b}x",
                     verdict(slowest_b >= 200)],
                    ["cold process under 3 s", f"{cold['median_ms']:.0f} ms",
                     verdict(cold["median_ms"] < 3000)],
                ],
            ),
        ]
    )  # fmt: skip


RICH_MS, STREAMED_MS, LINEAR_TIMES = 15, 20, 5.5


def depth_part(section: dict[str, Any]) -> str:
    rich, linear = section["rich"], section["linear"]
    streaming, memory = section["streaming"], section["memory"]
    rows = [
        ["six packs, two on other timeframes, a year of minutes", rich],
        ["the same, five years", linear["five_years"]],
        [f"{streaming['strategies']:,} strategies on {streaming['pairs']} pairs, one bar",
         streaming],
    ]  # fmt: skip
    table_rows = [
        [name, t["median_ms"], f"{t['min_ms']}–{t['max_ms']}", t["runs"]] for name, t in rows
    ]
    goals = [
        [f"six packs under {RICH_MS} ms", f"{rich['median_ms']} ms",
         verdict(rich["median_ms"] < RICH_MS)],
        [f"one bar for every strategy under {STREAMED_MS} ms", f"{streaming['median_ms']} ms",
         verdict(streaming["median_ms"] < STREAMED_MS)],
        [f"five years at most {LINEAR_TIMES}x one year", f"{linear['times']}x",
         verdict(linear["times"] <= LINEAR_TIMES)],
    ]  # fmt: skip
    return "\n".join(
        [
            "## Engine: rich strategies, many strategies, long histories\n",
            made_on(section),
            table(["what", "median ms", "min–max ms", "runs"], table_rows),
            f"Forming the bars of the other timeframes comes before and takes "
            f"{rich['forming_other_bars_ms']} ms. A backtest takes "
            f"{memory['mb_per_million_bars']} MB per million bars beside the bars themselves, "
            f"which are {memory['mb_per_million_bars_held']} MB (measured at "
            f"{memory['bars']:,} bars).\n",
            table(["goal", "measured", "verdict"], goals),
        ]
    )


GRID_GOAL, GRID_MEMORY_MB = 150, 500
# Combinations per second that are to be reached on at most so many trigger bars.
CONDITION_GOALS = ((5_000, 200_000), (20_000, 50_000))


def search_part(section: dict[str, Any]) -> str:
    rows, goals = [], []
    for n, one in section["sweep"].items():
        for who in ("engine", "vectorbt"):
            t = one[who]["per_variant"]
            spread = f"{t['min_ms']}–{t['max_ms']}"
            rows.append([n, who, t["median_ms"], spread, t["runs"], one[who]["peak_mb"]])
        ratio = one["times_faster_than_vectorbt"]
        goals.append(
            [f"{n} variants: at least {GRID_GOAL}x faster than vectorbt", f"{ratio}x",
             verdict(ratio >= GRID_GOAL)]
        )  # fmt: skip
        peak = one["engine"]["peak_mb"]
        goals.append(
            [f"{n} variants: peak memory under {GRID_MEMORY_MB} MB", f"{peak} MB",
             verdict(peak < GRID_MEMORY_MB)]
        )  # fmt: skip
    for one in section["conditions"]:
        bars, rate = one["trigger_bars"], one["given_per_s"]
        goal = next(goal for most, goal in CONDITION_GOALS if bars <= most)
        goals.append(
            [f"combinations/s on {bars:,} trigger bars: at least {goal:,}", f"{rate:,}",
             verdict(rate >= goal)]
        )  # fmt: skip
    different = sum(one["variants_that_differ"] for one in section["sweep"].values())
    return "\n".join(
        [
            "## Search: stop x target and conditions of the reference job\n",
            made_on(section),
            "Stop x target, indicators included, each contestant in a process of its own; vectorbt "
            f"in parts of 50 columns. Variants whose trades differ: {different}.\n",
            table(["variants", "who", "ms per variant", "min–max ms", "runs", "peak MB"], rows),
            "Conditions, one core, every combination exact: 100,000 given ones of depth 1 to 3 out "
            "of 30 random conditions, all of depth 0 to 4 out of them, and a whole search of depth "
            "4 over every state of the packs.\n",
            table(
                [
                    "trigger bars",
                    "trades each",
                    "given/s",
                    "all/s",
                    "states",
                    "variants",
                    "states/s",
                ],
                [[f"{value:,}" for value in one.values()] for one in section["conditions"]],
            ),
            table(["goal", "measured", "verdict"], goals),
        ]
    )


def http_part(section: dict[str, Any]) -> str:
    rows = []
    for name in ("api_list", "api_write", "page"):
        for suffix, clients in (("_one_client", 1), ("", section["clients"])):
            one = section[name + suffix]
            rows.append(
                [NAMES[name], clients, one["requests_per_s"], one["p50_ms"], one["p95_ms"],
                 one["errors"]]
            )  # fmt: skip
    rate = section["rate"]
    goals = []
    for name in ("api_list", "api_write"):
        one = section[f"{name}_at_rate"]
        reached = verdict(one["p95_ms"] < 100 and not one["errors"])
        goals.append([NAMES[name], one["p50_ms"], one["p95_ms"], one["errors"], reached])
    paints = section.get("largest_contentful_paint_ms", {})
    painted = ", ".join(f"{name} {value} ms" for name, value in paints.items())
    bare = section["beside_bare"]
    shares = [
        ["bare list of Django REST framework", bare["bare_list"], "", ""],
        ["`GET /api/v1/alerts/`", bare["api_list"], f"{bare['list_of_bare']:.2f}",
         verdict(bare["list_of_bare"] >= 0.5)],
        ["alert page", bare["page"], f"{bare['page_of_bare']:.2f}",
         verdict(bare["page_of_bare"] >= 0.25)],
    ]  # fmt: skip
    return "\n".join(
        [
            "## HTTP: one web process, SQLite, load from the same machine\n",
            made_on(section),
            table(["what", "clients", "requests/s", "p50 ms", "p95 ms", "errors"], rows),
            f"Arriving at {rate:.0f} requests/s, counted from the instant each was due (goal: p95 "
            "under 100 ms):\n",
            table(["what", "p50 ms", "p95 ms", "errors", "verdict"], goals),
            f"Beside the least such a list can be (`bench/bare`: the same {bare['rows']} rows on "
            "as many threads, without users, keys, limits and middleware), in turn (goal: half of "
            "its rate for the list, a quarter for the page):\n",
            table(["what", "requests/s", "of bare", "verdict"], shares),
            f"Largest contentful paint in headless Chromium (goal: under 1,500 ms): {painted}.\n",
        ]
    )


def live_part(section: dict[str, Any]) -> str:
    rows = []
    for place in ("embedded", "postgresql_redis"):
        for name in ("bar_stored_to_alert", "alert_to_browser", "alert_to_endpoint"):
            one = section.get(place, {}).get(name)
            if one and one["n"]:
                rows.append(
                    [place.replace("_", " and "), NAMES[name], one["n"], one["p50_ms"],
                     one["p95_ms"], one["p99_ms"], GOALS[name]]
                )  # fmt: skip
    n = section["embedded"]["strategies"]
    return "\n".join(
        [
            f"## Live: {n} monitored strategies, one bar a second\n",
            made_on(section),
            f"{section['embedded']['sockets']} sockets open; each percentile is the median of "
            f"{section['embedded']['alert_to_endpoint']['runs']} runs.\n",
            table(["on", "from → to", "alerts", "p50 ms", "p95 ms", "p99 ms", "goal"], rows),
        ]
    )


def history_part(section: dict[str, Any]) -> str:
    rows, goals = [], []
    for place in ("embedded", "postgresql_redis"):
        one = section.get(place)
        if one is None:
            continue
        for name, title in HISTORY_SPANS.items():
            span = one["spans"][name]
            worst = [span[what].get("max_ms", "") for what in ("write", "requests", "alerts")]
            seconds = one.get(f"{name}_s", "")
            rows.append([place.replace("_", " and "), title, seconds, *worst])
        goals += history_goals(place.replace("_", " and "), one)
    n = section["embedded"]["n_bars"]
    return "\n".join(
        [
            f"## History: {n:,} bars imported, then all of them revised, while everything runs\n",
            made_on(section),
            "Longest wait of a small write of another process, longest pair of requests (an API "
            "write and the log-in page), latest alert after its bar.\n",
            table(["on", "during", "seconds", "write ms", "requests ms", "alert ms"], rows),
            table(["on", "goal", "measured", "verdict"], goals),
        ]
    )


def history_goals(place: str, one: dict[str, Any]) -> list[list[Any]]:
    ratio = one["revision_s"] / one["first_s"]
    worst = one["spans"]["revision"]
    limits = {"write": 200, "requests": 1_000, "alerts": 1_000}
    found: list[list[Any]] = [
        [place, "revision at most 2x the first import", f"{ratio:.2f}x", verdict(ratio <= 2)],
        [place, "no failure, all alive", len(one["failures"]),
         verdict(one["are_alive"] and not one["failures"])],
    ]  # fmt: skip
    for name, limit in limits.items():
        if worst[name]["n"]:
            most = worst[name]["max_ms"]
            found.append([place, f"{name} under {limit:,} ms", f"{most} ms", verdict(most < limit)])
    return found


def ready_part(section: dict[str, Any]) -> str:
    first, second, command = section["first"], section["second"], section["backtest"]
    goals: list[tuple[str, float, float]] = [
        ("printed address to the first alert on the page", first["address_to_alert_s"], 20),
        ("`git clone` to the first alert on the page", first["clone_to_alert_s"], 80),
        ("second start, to the printed address", second["start_to_address_s"], 5),
        ("`manage.py backtest` from start to JSON", command["median_s"], 0.8),
    ]
    path = section["newcomer"]
    goals.append(("sign-up to the echo bot, at 60x", path["median_s"], 90))
    rows = [
        [f"{what} under {most:g} s", f"{took:.2f} s", verdict(took < most)]
        for what, took, most in goals
    ]
    clicks = path["clicks"]
    rows.append(["the same in 12 clicks at most", f"{clicks}", verdict(clicks <= 12)])
    return "\n".join(
        [
            "## Ready: from `git clone` to the first alert\n",
            made_on(section),
            f"`make dev` in a fresh clone, packages from local caches: the address after "
            f"{first['clone_to_address_s']:.0f} s; {first['cpu_s']:.0f} s of processors in all, "
            f"{second['cpu_s']:.0f} s in a second start with its stop. "
            f"The command takes {command['min_s']:.2f}–{command['max_s']:.2f} s in "
            f"{command['runs']:.0f} runs, {command['cpu_s']:.2f} s of them computing.\n",
            table(["goal", "measured", "verdict"], rows),
        ]
    )


def lighthouse_part(section: dict[str, Any]) -> str:
    scores = ("performance", "accessibility", "best_practices")
    rows, causes = [], []
    for name, page in section["pages"].items():
        is_reached = all(page[one] >= 95 for one in scores) and page["tbt_ms"] < 200
        times = (page["tbt_ms"], page["lcp_ms"], page["fcp_ms"])
        rows.append([name, *(page[one] for one in scores), *(f"{ms:.0f}" for ms in times),
                     page["cls"], verdict(is_reached)])  # fmt: skip
        if not is_reached:
            causes.append(f"- {name}: {'; '.join(page['causes'])}")
    return "\n".join(
        [
            "## Pages: Lighthouse, mobile profile, logged in\n",
            made_on(section),
            f"Medians of {section['runs']} runs with simulated slow 4G and a slow processor, "
            "static files as in production. Goal: 95 each, under 200 ms of blocking.\n",
            table(["page", "performance", "accessibility", "best practices", "blocking ms",
                   "largest paint ms", "first paint ms", "shift", "verdict"], rows),
            *(["What Lighthouse names where the goal is not reached:\n"] if causes else []),
            *causes,
        ]
    )  # fmt: skip
