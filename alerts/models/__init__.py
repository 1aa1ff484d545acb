"""Alerts, what a user wants of them, and the persisted state of live evaluation."""

from alerts.models.alert import Alert
from alerts.models.config import AlertConfig
from alerts.models.drawing import AlertDrawing
from alerts.models.evaluation import EvaluationGroup, StrategyState
from alerts.models.monitor import Monitor
from alerts.socket.places import SocketPlace

__all__ = [
    "Alert",
    "AlertConfig",
    "AlertDrawing",
    "EvaluationGroup",
    "Monitor",
    "SocketPlace",
    "StrategyState",
]
