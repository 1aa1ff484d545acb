"""What a browser may say: `{"type": "since", "seq": n}`, to hear again of what came after n."""

import json

MAX_INCOMING_CHARS = 1024


def seq_asked_for(text: str | None) -> int | None:
    """The number, None for anything else."""
    if text is None or len(text) > MAX_INCOMING_CHARS:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("type") != "since":
        return None
    seq = message.get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool):
        return None
    return seq if seq >= 0 else None
