"""How each figure is written on pages, with its convention on hover."""

from collections.abc import Mapping
from typing import NamedTuple

from strategies.conventions import CONVENTIONS as KPIS
from strategies.conventions import Convention, Unit
from trader.work.plural import counted

CARD = ("win_rate", "profit_factor", "daily_r", "total_trades", "max_r_drawdown")
TABLE = ("total_trades", "win_rate", "profit_factor", "total_r", "daily_r", "max_r_drawdown")
PRIMARY = (
    "total_trades",
    "win_rate",
    "profit_factor",
    "avg_r",
    "total_r",
    "daily_r",
    "r_squared",
    "max_r_drawdown",
)
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Performance",
        (
            "total_pnl",
            "final_balance",
            "trading_days",
            "excluded_trades",
            "excluded_r",
            "best_trade_r",
            "worst_trade_r",
            "avg_win_r",
            "avg_loss_r",
            "expectancy",
            "payoff_ratio",
            "gain_pain_ratio",
            "expected_daily",
            "expected_monthly",
            "expected_yearly",
        ),
    ),
    (
        "Risk-adjusted",
        (
            "sharpe_ratio",
            "psr",
            "dsr",
            "sortino_ratio",
            "calmar_ratio",
            "sqn",
            "kelly_criterion",
            "common_sense_ratio",
            "serenity_index",
        ),
    ),
    (
        "Distribution",
        ("skewness", "kurtosis", "tail_ratio", "outlier_win_ratio", "outlier_loss_ratio"),
    ),
    ("Risk", ("daily_var_95", "cvar_95", "volatility")),
    ("Drawdown", ("recovery_factor", "ulcer_index", "longest_dd_trades", "longest_dd_days")),
    ("Streaks", ("win_count", "loss_count", "max_consec_wins", "max_consec_losses")),
)


class ShownKpi(NamedTuple):
    """One figure; `note` says why there is none, or what it rests on, `beside` what it was before
    something was taken off.
    """

    key: str
    label: str
    definition: str
    text: str
    tone: str = ""
    note: str = ""
    beside: str = ""


def shown(keys: tuple[str, ...], values: Mapping[str, object]) -> list[ShownKpi]:
    """Label, definition and text of each figure, in order; "—" where there is none."""
    return [_shown(KPIS[key], values) for key in keys]


# What there is to say of a result without a trade, beside counts.
_OF_NO_TRADE = ("final_balance", "excluded_r")


def _shown(kpi: Convention, values: Mapping[str, object]) -> ShownKpi:
    value = values.get(kpi.key)
    blank = ShownKpi(kpi.key, kpi.title, kpi.hover, "—")
    if values.get("total_trades") == 0 and kpi.unit != "n" and kpi.key not in _OF_NO_TRADE:
        return blank._replace(note=too_few(kpi.key, 0))
    if values.get(f"{kpi.key}_infinite"):
        return blank._replace(text="∞")
    if not isinstance(value, int | float):
        return blank._replace(note=too_few(kpi.key, values.get("total_trades")))
    note = variants(values.get("n_trials")) if kpi.key == "dsr" else ""
    return blank._replace(text=written(kpi.unit, value), tone=_tone(kpi, value), note=note)


def too_few(key: str, n_trades: object) -> str:
    """`7 of 10 trades` where there are too few for the figure, else nothing."""
    least = KPIS[key].minimum
    n = n_trades if isinstance(n_trades, int) else 0
    return f"{n} of {least} trades" if n < least else ""


def variants(n_trials: object) -> str:
    n = n_trials if isinstance(n_trials, int) and n_trials else 1
    return f"{counted(n, 'variant')} tried"


def written(unit: Unit, value: float) -> str:
    """A figure with its unit and sign, as columns of figures want it."""
    if unit == "n":
        return f"{value:,.0f}"
    if unit in ("trades", "days"):
        return counted(value, unit.removesuffix("s"))
    if unit == "pct":
        return f"{value:.1f} %"
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "score":
        return f"{value:.0f} of 100"
    if unit == "size":
        return f"{value:,.2f} R"
    if unit == "r":
        return f"{_minus(value)} R"
    if unit == "money":
        return f"{'−' if value < 0 else ''}${abs(value):,.2f}"
    if unit == "result":
        sign, text = _minus(value)[:1], f"${abs(value):,.2f}"
        return f"{sign}{text}" if sign in "+−" else text
    return f"{value:,.2f}".replace("-", "−")


def _minus(value: float) -> str:
    """A signed figure; zero, as shown, carries no sign."""
    text = f"{value:+,.2f}".replace("-", "−")
    return text[1:] if text[1:] == "0.00" else text


def _tone(kpi: Convention, value: float) -> str:
    if kpi.unit not in ("r", "result"):
        return ""
    if value == 0:
        return ""
    return "gain" if value > 0 else "loss"
