"""One clear line when the interpreter is too old; runs on any Python 3."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (it is what this file is for)
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Python 3.11 or newer is needed, this is {found}. Set PYTHON=/path/to/python3.11.")
