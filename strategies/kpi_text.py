"""What each figure means, in the words shown on hover, and how it is written."""

from typing import Any, Literal, NamedTuple

Unit = Literal["n", "trades", "days", "pct", "ratio", "r", "money", "result", "number"]


class Kpi(NamedTuple):
    key: str
    label: str
    unit: Unit
    definition: str


_ALL = (
    Kpi("total_trades", "Trades", "n", "Closed trades in the evaluated window."),
    Kpi(
        "win_rate",
        "Win rate",
        "pct",
        "Share of trades that ended above 0 R. A trade at exactly 0 counts as a loss.",
    ),
    Kpi(
        "profit_factor",
        "Profit factor",
        "ratio",
        "Sum of R won divided by the sum of R lost; ∞ when nothing was lost.",
    ),
    Kpi("avg_r", "Average R", "r", "Mean result of a trade, in units of its initial risk."),
    Kpi("total_r", "Total R", "r", "Sum of the results of all trades, in R."),
    Kpi(
        "daily_r",
        "Daily R",
        "r",
        "Total R divided by the exchange dates in the window that have bars in the strategy's"
        " session.",
    ),
    Kpi(
        "r_squared",
        "R²",
        "number",
        "How straight the equity curve is: squared correlation of cumulative R with the trade"
        " number. 1 is a straight line.",
    ),
    Kpi(
        "max_r_drawdown",
        "Max drawdown",
        "r",
        "Deepest fall of cumulative R below its running maximum, which starts at 0.",
    ),
    Kpi("total_pnl", "Total P&L", "result", "Total R times the risk per trade."),
    Kpi(
        "final_balance",
        "Final balance",
        "money",
        "Starting balance plus total P&L, without compounding.",
    ),
    Kpi(
        "trading_days",
        "Trading days",
        "n",
        "Exchange dates in the window with at least one bar in the strategy's session.",
    ),
    Kpi("win_count", "Wins", "n", "Trades above 0 R."),
    Kpi("loss_count", "Losses", "n", "Trades at or below 0 R."),
    Kpi("best_trade_r", "Best trade", "r", "Largest result of a single trade."),
    Kpi("worst_trade_r", "Worst trade", "r", "Smallest result of a single trade."),
    Kpi("avg_win_r", "Average win", "r", "Mean result of the trades above 0 R."),
    Kpi("avg_loss_r", "Average loss", "r", "Mean result of the trades below 0 R."),
    Kpi("max_consec_wins", "Longest win streak", "n", "Most wins in a row."),
    Kpi("max_consec_losses", "Longest loss streak", "n", "Most losses in a row."),
    Kpi(
        "payoff_ratio",
        "Payoff ratio",
        "ratio",
        "Average win divided by the size of the average loss; ∞ without a loss.",
    ),
    Kpi(
        "recovery_factor",
        "Recovery factor",
        "ratio",
        "Total R divided by the size of the maximum drawdown; ∞ without a drawdown.",
    ),
    Kpi(
        "longest_dd_trades",
        "Longest drawdown",
        "trades",
        "Most trades in a row during which cumulative R stayed below its maximum.",
    ),
    Kpi(
        "sharpe_ratio",
        "Sharpe ratio",
        "ratio",
        "Mean of daily R over its sample deviation, times √252. Days without an exit count as"
        " 0. Needs 5 trades.",
    ),
    Kpi(
        "sortino_ratio",
        "Sortino ratio",
        "ratio",
        "Mean of daily R over its downside deviation across all days, times √252. Needs 5 trades.",
    ),
    Kpi(
        "calmar_ratio",
        "Calmar ratio",
        "ratio",
        "Total R per year of 252 days over the size of the maximum drawdown. Needs 10 trades.",
    ),
    Kpi(
        "kelly_criterion",
        "Kelly criterion",
        "number",
        "Win share minus loss share over payoff, clipped to 0…1. Needs 5 trades.",
    ),
    Kpi(
        "daily_var_95",
        "Daily VaR 95 %",
        "result",
        "5th percentile of daily R times the risk per trade. Needs 10 trades.",
    ),
    Kpi(
        "cvar_95",
        "CVaR 95 %",
        "result",
        "Mean of the days at or below that percentile, times the risk per trade. Needs 10 trades.",
    ),
    Kpi(
        "volatility",
        "Volatility",
        "pct",
        "Sample deviation of daily returns on the starting balance, times √252. Needs 5 trades.",
    ),
    Kpi(
        "gain_pain_ratio",
        "Gain-pain ratio",
        "ratio",
        "Sum of R won over the size of the sum of R lost. Needs 5 trades.",
    ),
    Kpi(
        "common_sense_ratio",
        "Common-sense ratio",
        "ratio",
        "Profit factor times (1 − 1/n). Needs 5 trades.",
    ),
    Kpi(
        "tail_ratio",
        "Tail ratio",
        "ratio",
        "95th percentile of R over the size of the 5th. Needs 10 trades.",
    ),
    Kpi(
        "outlier_win_ratio",
        "Outlier wins",
        "ratio",
        "Largest win over the average win. Needs 5 trades.",
    ),
    Kpi(
        "outlier_loss_ratio",
        "Outlier losses",
        "ratio",
        "Size of the largest loss over the size of the average loss. Needs 5 trades.",
    ),
    Kpi(
        "ulcer_index",
        "Ulcer index",
        "r",
        "Root of the mean squared drawdown of cumulative R. Needs 5 trades.",
    ),
    Kpi(
        "serenity_index", "Serenity index", "ratio", "Total R over the ulcer index. Needs 5 trades."
    ),
    Kpi(
        "skewness",
        "Skewness",
        "number",
        "Asymmetry of the distribution of R; above 0 means a longer winning tail. Needs 5 trades.",
    ),
    Kpi(
        "kurtosis",
        "Excess kurtosis",
        "number",
        "Weight of the tails of R compared with a normal distribution (0). Needs 5 trades.",
    ),
    Kpi(
        "expected_daily",
        "Expected per day",
        "result",
        "Mean of daily R times the risk per trade. Needs 5 trades.",
    ),
    Kpi(
        "expected_monthly",
        "Expected per month",
        "result",
        "Expected per day times 21. Needs 5 trades.",
    ),
    Kpi(
        "expected_yearly",
        "Expected per year",
        "result",
        "Expected per day times 252. Needs 5 trades.",
    ),
    Kpi(
        "longest_dd_days",
        "Longest drawdown in time",
        "days",
        "Longest span of trading dates below the peak of the curve. Needs 5 trades.",
    ),
)
KPIS: dict[str, Kpi] = {kpi.key: kpi for kpi in _ALL}

CARD = ("win_rate", "profit_factor", "daily_r", "total_trades", "max_r_drawdown")
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
            "best_trade_r",
            "worst_trade_r",
            "avg_win_r",
            "avg_loss_r",
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
            "sortino_ratio",
            "calmar_ratio",
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
    key: str
    label: str
    definition: str
    text: str
    tone: str


def shown(keys: tuple[str, ...], values: dict[str, Any]) -> list[ShownKpi]:
    """Label, definition and text of each figure, in order; "—" where there is none."""
    return [_shown(KPIS[key], values) for key in keys]


def _shown(kpi: Kpi, values: dict[str, Any]) -> ShownKpi:
    value = values.get(kpi.key)
    if values.get(f"{kpi.key}_infinite"):
        return ShownKpi(kpi.key, kpi.label, kpi.definition, "∞", "")
    if value is None:
        return ShownKpi(kpi.key, kpi.label, kpi.definition, "—", "")
    return ShownKpi(kpi.key, kpi.label, kpi.definition, written(kpi.unit, value), _tone(kpi, value))


def written(unit: Unit, value: float) -> str:
    """A figure with its unit and sign, as `ui.md`'s tabular columns want it."""
    if unit == "n":
        return f"{value:,.0f}"
    if unit in ("trades", "days"):
        return f"{value:,.0f} {unit if value != 1 else unit[:-1]}"
    if unit == "pct":
        return f"{value:.1f} %"
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


def _tone(kpi: Kpi, value: float) -> str:
    if kpi.unit not in ("r", "result"):
        return ""
    if kpi.key == "ulcer_index" or value == 0:
        return ""
    return "gain" if value > 0 else "loss"
