"""Numbers with what they count: one trade, two trades. Plain text."""


def counted(n: float, noun: str, plural: str = "") -> str:
    """`1 trade`, `1,200 trades`; `plural` is what takes more than an s, `bar is` and `bars are`."""
    return f"{n:,.0f} {plural_of(n, noun, plural)}"


def plural_of(n: float, noun: str, plural: str = "") -> str:
    """The word alone, for a number that stands elsewhere or is written in another way."""
    return noun if n == 1 else plural or f"{noun}s"
