"""What a person did wrong, by field, and snapshots that no longer fit the engine."""


class StrategyError(ValueError):
    """A strategy that can't be evaluated: `errors` holds (field, message with its remedy)."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors))
        self.errors = errors


class SnapshotMismatch(ValueError):  # noqa: N818
    """A snapshot of another engine, program or window: its memory is rebuilt by replay."""
