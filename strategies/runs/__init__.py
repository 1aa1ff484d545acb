"""Backtests in the background: queued, computed, stored, shown."""
