"""The words by which receivers are told to buy, sell and close, and the events each one suits.

Spelt without case, spaces and signs: `enter_long` and `Enter-Long` are `enterlong`.
"""

from webhooks.events import EventType

ENTRY_LONG, ENTRY_SHORT = EventType.ENTRY_LONG, EventType.ENTRY_SHORT
EXIT_LONG, EXIT_SHORT = EventType.EXIT_LONG, EventType.EXIT_SHORT
ENTRIES: set[str] = {ENTRY_LONG, ENTRY_SHORT}
EXITS: set[str] = {EXIT_LONG, EXIT_SHORT}
ORDERS = ENTRIES | EXITS


def _rows(table: dict[str, set[str]]) -> dict[str, set[str]]:
    return {word: events for words, events in table.items() for word in words.split()}


# Right for an entry, and for the exit that is an order to the same side.
SIDES: dict[str, tuple[str, str]] = {
    "buy": (ENTRY_LONG, EXIT_SHORT),
    "sell": (ENTRY_SHORT, EXIT_LONG),
}
OPENING = _rows(
    {
        "buytoopen enterlong entrylong openlong golong long bullish": {ENTRY_LONG},
        "selltoopen sellshort entershort entryshort openshort goshort short bearish": {ENTRY_SHORT},
    }
)
CLOSING = _rows(
    {
        "selltoclose closelong exitlong": {EXIT_LONG},
        "buytoclose buytocover cover closeshort exitshort": {EXIT_SHORT},
        "close exit flat flatten closeposition exitposition": EXITS,
        "closeall exitall flattenall closeatmarketprice": EXITS,
    }
)
WORDS = {*SIDES, *OPENING, *CLOSING}
# These mean other things as well, so they count only in members that say what is to be done.
AMBIGUOUS = {"long", "short", "bullish", "bearish", "cover", "close", "exit", "flat", "flatten"}
ACTION_KEYS = {
    "action", "side", "order", "orderaction", "orderside", "signal", "command", "cmd", "data",
    "operation", "op", "instruction", "sentiment", "event", "type", "intent", "trade",
    "tradeaction", "strategyaction",
}  # fmt: skip
# Here a direction says which position is meant, not what is to be done with it.
POSITION_KEYS = {"direction", "position", "positionside", "marketposition"}
# Members that, when true, keep an order from opening anything.
REDUCING_KEYS = {"reduceonly", "closeposition", "closeonly"}
# Placeholders that say what is to be done, and those of them that say `close` or `flat` at an exit.
ACTION_NAMES = {"order_action", "order_side", "market_position"}
CLOSING_NAMES = {"order_action", "market_position"}
ORDER_NAMES = ACTION_NAMES | {"quantity", "quantity_signed"}
