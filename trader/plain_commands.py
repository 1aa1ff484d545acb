"""Commands that read no rows: they start without Django, in well under half the time."""

import gc
import importlib
import os

from trader import env, private

COMMANDS = {
    "backtest": "strategies.from_file.backtest",
    "search": "strategies.from_file.search",
    "warm_engine": "trader.worker.warm_engine",
}
# Loading makes objects that stay to the end: looking among them for what is not needed any more,
# while they come and once more at the end, takes a third of the whole time.
OBJECTS_BETWEEN_COLLECTIONS = 200_000


def run(arguments: list[str]) -> bool:
    """Carry out the command of a command line; False when it is none of these, or has an option
    that only Django knows."""
    if len(arguments) < 2 or arguments[1] not in COMMANDS:
        return False
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    env.check_required()
    private.make_private(env.VAR_DIR, is_default=not env.text("VAR_DIR"))
    os.environ.setdefault("NUMBA_CACHE_DIR", env.NUMBA_CACHE_DIR)
    # Only what this one needs is loaded.
    module = importlib.import_module(COMMANDS[arguments[1]])
    is_done = bool(module.COMMAND.run_alone(arguments[2:]))
    gc.freeze()
    return is_done
