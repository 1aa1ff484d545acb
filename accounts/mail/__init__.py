"""Mail as rows: whoever has something to say stores it, the worker's own thread sends it.

A request never speaks to a mail server, so one that hangs or refuses keeps nobody waiting, and
nobody can tell by the time of an answer whether a mail was sent.
"""
