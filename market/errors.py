"""The errors of this room, each carrying what the person at the other end needs."""


class BarsError(ValueError):
    """Bars that can't be used; nothing of the file or batch was kept."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.message = message
        self.line = line


class CalendarError(BarsError):
    """An instant outside the years the exchange calendar covers."""
