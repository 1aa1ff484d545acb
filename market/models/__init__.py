"""Bars and where they come from: instruments, ingest runs, feeds, replays."""

from market.models.bar import Bar, DataVersion, Instrument
from market.models.feed import FeedState
from market.models.ingest import IngestRun
from market.models.replay import Replay

__all__ = ["Bar", "DataVersion", "FeedState", "IngestRun", "Instrument", "Replay"]
