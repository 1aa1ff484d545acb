"""The extended figures: risk-adjusted, distribution, risk, expectation."""

from strategies.conventions.basis import CURVE, DAY, DAY_YEAR, TRADE, TRADE_DDOF, Convention

EXTENDED = (
    Convention(
        "sharpe_ratio",
        "Sharpe ratio",
        "ratio",
        "Mean of daily R over its deviation, no risk-free rate.",
        DAY_YEAR,
    ),
    Convention(
        "psr",
        "Probabilistic Sharpe",
        "share",
        "Probability that the true Sharpe ratio is above 0, given the number of days and the"
        " skewness and kurtosis of daily R.",
        f"{DAY} Sharpe per day, not annualised.",
    ),
    Convention(
        "dsr",
        "Deflated Sharpe",
        "share",
        "The same probability against the best Sharpe ratio that as many worthless variants"
        " would be expected to show. With one variant it equals the probabilistic one.",
        f"{DAY} The variance of the variants is taken as 1 / (days − 1).",
    ),
    Convention(
        "sortino_ratio",
        "Sortino ratio",
        "ratio",
        "Mean of daily R over the root of the mean squared losing day, the mean taken over"
        " all days.",
        f"{DAY} Annualised with √252.",
    ),
    Convention(
        "calmar_ratio",
        "Calmar ratio",
        "ratio",
        "Total R per year over the size of the maximum drawdown.",
        "A year is 252 trading days of the window, idle ones included; drawdown on closed trades.",
    ),
    Convention(
        "sqn",
        "System quality number",
        "ratio",
        "Mean R over its deviation, times the root of the number of trades, which counts up"
        " to 100.",
        TRADE_DDOF,
    ),
    Convention(
        "expectancy",
        "Expectancy",
        "r",
        "Mean result of a trade; draws included.",
        TRADE,
    ),
    Convention(
        "kelly_criterion",
        "Kelly criterion",
        "number",
        "Win share minus loss share over payoff, clipped to 0…1. A draw counts as a loss in"
        " the shares and not in the payoff.",
        TRADE,
    ),
    Convention(
        "daily_var_95",
        "Daily VaR 95 %",
        "result",
        "5th percentile of daily R times the risk per trade; historical, not normal.",
        DAY,
    ),
    Convention(
        "cvar_95",
        "CVaR 95 %",
        "result",
        "Mean of the days at or below that percentile, times the risk per trade.",
        DAY,
    ),
    Convention(
        "volatility",
        "Volatility",
        "pct",
        "Deviation of daily returns on the starting balance, which does not compound.",
        DAY_YEAR,
    ),
    Convention(
        "gain_pain_ratio",
        "Gain-pain ratio",
        "ratio",
        "Sum of R won over the size of the sum of R lost; none when nothing was lost.",
        TRADE,
    ),
    Convention(
        "common_sense_ratio",
        "Common-sense ratio",
        "ratio",
        "Profit factor times (1 − 1/n).",
        TRADE,
    ),
    Convention(
        "tail_ratio",
        "Tail ratio",
        "ratio",
        "Size of the 95th percentile of R over the size of the 5th.",
        TRADE,
    ),
    Convention(
        "outlier_win_ratio",
        "Outlier wins",
        "ratio",
        "Largest win over the average win.",
        TRADE,
    ),
    Convention(
        "outlier_loss_ratio",
        "Outlier losses",
        "ratio",
        "Size of the largest loss over the size of the average loss.",
        TRADE,
    ),
    Convention(
        "ulcer_index",
        "Ulcer index",
        "size",
        "Root of the mean squared drawdown of cumulative R, over n.",
        CURVE,
    ),
    Convention(
        "serenity_index",
        "Serenity index",
        "ratio",
        "Total R over the ulcer index.",
        CURVE,
    ),
    Convention(
        "skewness",
        "Skewness",
        "number",
        "Asymmetry of the distribution of R, adjusted for the sample; above 0 means a longer"
        " winning tail.",
        TRADE_DDOF,
    ),
    Convention(
        "kurtosis",
        "Excess kurtosis",
        "number",
        "Weight of the tails of R compared with a normal distribution (0), adjusted for the"
        " sample.",
        TRADE_DDOF,
    ),
    Convention(
        "expected_daily",
        "Expected per day",
        "result",
        "Mean of daily R times the risk per trade.",
        DAY,
    ),
    Convention(
        "expected_monthly",
        "Expected per month",
        "result",
        "Expected per day times 21.",
        DAY,
    ),
    Convention(
        "expected_yearly",
        "Expected per year",
        "result",
        "Expected per day times 252.",
        DAY,
    ),
    Convention(
        "longest_dd_days",
        "Longest drawdown in time",
        "days",
        "Most trading days in a row that ended below the peak of the curve.",
        DAY,
    ),
)
