"""Strategies, the packs they read, the runs that compute them and the trades that result."""

from strategies.models.drilldown import Drilldown, DrilldownPart
from strategies.models.forward import ForwardRefresh
from strategies.models.pack import Pack
from strategies.models.pack_preview import PackPreview
from strategies.models.report_link import ReportLink
from strategies.models.run import Run, RunChartPart
from strategies.models.strategy import PackUse, Strategy
from strategies.models.trade import Trade
from strategies.models.trial import Trial, TriedDates
from strategies.models.trust import TrustCheck
from strategies.models.version import KeptTrades, StrategyVersion

__all__ = [
    "Drilldown",
    "DrilldownPart",
    "ForwardRefresh",
    "KeptTrades",
    "Pack",
    "PackPreview",
    "PackUse",
    "ReportLink",
    "Run",
    "RunChartPart",
    "Strategy",
    "StrategyVersion",
    "Trade",
    "Trial",
    "TriedDates",
    "TrustCheck",
]
