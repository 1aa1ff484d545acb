"""Strategies, the packs they read, the runs that compute them and the trades that result."""

from strategies.models.forward import ForwardRefresh
from strategies.models.pack import Pack
from strategies.models.report_link import ReportLink
from strategies.models.run import Run, RunChartPart
from strategies.models.strategy import PackUse, Strategy
from strategies.models.trade import Trade
from strategies.models.trust import TrustCheck

__all__ = [
    "ForwardRefresh",
    "Pack",
    "PackUse",
    "ReportLink",
    "Run",
    "RunChartPart",
    "Strategy",
    "Trade",
    "TrustCheck",
]
