"""What a convention is, and the bases that many figures share."""

from typing import Literal, NamedTuple

from strategies.engine.figures.analytics import MINIMUM_TRADES as ANALYTICS_MINIMUM
from strategies.engine.figures.metrics_extended import MINIMUM_TRADES as FIGURES_MINIMUM

Unit = Literal[
    "n",
    "trades",
    "days",
    "pct",
    "share",
    "ratio",
    "r",
    "size",
    "money",
    "result",
    "number",
    "score",
]


class Convention(NamedTuple):
    """A figure's name, how it is written, what it is, and on what basis it stands."""

    key: str
    title: str
    unit: Unit
    definition: str
    basis: str

    @property
    def minimum(self) -> int:
        """Closed trades below which there is no figure."""
        return MINIMUM_TRADES.get(self.key, 0)

    @property
    def hover(self) -> str:
        needs = f" Needs {self.minimum} trades." if self.minimum else ""
        return f"{self.definition} {self.basis}{needs}"


_EDGE = ANALYTICS_MINIMUM["edge"]
MINIMUM_TRADES = {
    **FIGURES_MINIMUM,
    **ANALYTICS_MINIMUM,
    **dict.fromkeys(("consistency", "stability", "trend", "edge_status"), _EDGE),
}
TRADE = "Per closed trade in exit order, net of costs; not annualised."
TRADE_DDOF = (
    "Per closed trade in exit order, net of costs; sample deviation (n − 1); not annualised."
)
CURVE = "On cumulative R by closed trade, in exit order; the peak starts at 0; no compounding."
DAY = "Per trading day by exit date; days without an exit count as 0; closed trades, net of costs."
DAY_YEAR = f"{DAY} Sample deviation (n − 1); annualised with √252."
WINDOW = "Window of 20 closed trades, unless chosen, in exit order, net of costs; not annualised."
WINDOW_DDOF = f"{WINDOW} Sample deviation (n − 1)."
