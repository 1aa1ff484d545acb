"""Months, band and analytics."""

from strategies.conventions.basis import TRADE, TRADE_DDOF, WINDOW, WINDOW_DDOF, Convention

ANALYTICS = (
    Convention(
        "monthly",
        "R by month",
        "r",
        "Sum of R and number of trades by month of exit. 0 where a month of the window had no"
        " exit.",
        "Exchange date of the exit; closed trades, net of costs; nothing compounds.",
    ),
    Convention(
        "kpis_band",
        "Best case",
        "ratio",
        "Figures had each bar that held both stop and target reached the target first.",
        "Closed trades, net of costs; as recorded such bars take the stop; a target fills at its"
        " price.",
    ),
    Convention(
        "edge_check",
        "Edge check",
        "r",
        "Cumulative R beside its 21-trade average and the bands of two deviations. Below the"
        " lower band is unusual underperformance.",
        TRADE_DDOF,
    ),
    Convention(
        "rolling",
        "Rolling figures",
        "number",
        "Win rate, profit factor and mean over deviation of R in a moving window.",
        WINDOW_DDOF,
    ),
    Convention(
        "distribution",
        "Distribution",
        "n",
        "Trades in 30 equally wide bins from the smallest to the largest R, with quartiles"
        " and a smoothed density.",
        TRADE,
    ),
    Convention(
        "percentile_5",
        "5th percentile",
        "r",
        "One trade in twenty ended at or below this.",
        "Per closed trade, net of costs; linear between ranks.",
    ),
    Convention(
        "markov",
        "What follows what",
        "share",
        "How often a win or a loss was followed by a win or a loss. A draw counts as a loss.",
        TRADE,
    ),
    Convention(
        "consistency",
        "Consistency",
        "score",
        "Share of windows with a profit factor above the threshold (1.2 unless chosen).",
        WINDOW,
    ),
    Convention(
        "stability",
        "Stability",
        "score",
        "100 times one minus deviation over mean of the rolling profit factor, clipped to"
        " 0…100; windows without a loss are left out.",
        WINDOW_DDOF,
    ),
    Convention(
        "trend",
        "Trend strength",
        "score",
        "2000 times the slope of the rolling profit factor per trade, clipped to 0…100; flat"
        " or falling gives 0.",
        WINDOW,
    ),
    Convention(
        "edge_status",
        "Edge",
        "number",
        "The newest rolling profit factor against the threshold T (1.2 unless chosen): strong"
        " from 1.25 T, moderate from T, critical from 1, else lost.",
        WINDOW,
    ),
    Convention(
        "regimes",
        "Regimes",
        "pct",
        "A window is favourable when its mean R is above half its deviation, unfavourable"
        " when below minus half, else neutral.",
        WINDOW_DDOF,
    ),
)
