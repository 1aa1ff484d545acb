#!/usr/bin/env python
"""Command line entry point of RoR Trader."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trader.settings")
    from django.core.exceptions import ImproperlyConfigured

    try:
        from trader import plain_commands

        if not plain_commands.run(sys.argv):
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Not configured: {error}")


if __name__ == "__main__":
    main()
