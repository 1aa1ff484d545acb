"""Texts of users in files that spreadsheets open."""

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text
