"""Plain-Python twins of every kernel: written from the definitions, slow and literal.

A template's twin is `twins/<template id>.py` with a function
`twin(bars, vector) -> (columns, states, trigger words)`.
"""

from importlib import import_module


def twin_of(template_id):
    """The twin of a template; every template with a node has one."""
    return import_module(f"{__name__}.{template_id}").twin
