"""Trust checks of a finished run: queued, computed, shown."""
