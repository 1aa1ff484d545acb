"""Whole numbers written by others: in an address, a form, a header."""

# Within what JSON, JavaScript and every database keep.
MOST_DIGITS = 15
LARGEST = 10**MOST_DIGITS - 1


def whole_number(text: str) -> int | None:
    """The number, None for anything but a few plain digits.

    `str.isdigit` alone lets `\u00b2` through, which `int` can't read, and digits without end.
    """
    is_plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_plain else None
