"""A mail server on this machine that behaves as it is told."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

GOOD = {"": "220 ready", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 taken"}


class MailServer:
    """`answers` replaces what is said to a command; None is silence for ever."""

    def __init__(self, answers: dict[str, str | None] | None = None, letter_s: float = 0.0) -> None:
        self.answers: dict[str, str | None] = {**GOOD, **(answers or {})}
        self.letter_s = letter_s
        self.texts: list[str] = []
        self.n_connections = 0
        self.is_over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.n_connections += 1
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("r", newline="\r\n")
        with contextlib.suppress(OSError), connection, lines:
            if self._say(connection, ""):
                self._converse(connection, lines)

    def _converse(self, connection: socket.socket, lines: Iterator[str]) -> None:
        for line in lines:
            verb = line[:4].strip().upper()
            if not self._say(connection, verb) or verb == "QUIT":
                return
            if verb == "DATA":
                self.texts.append("".join(iter(lambda: next(lines), ".\r\n")))
                if not self._say(connection, "."):
                    return

    def _say(self, connection: socket.socket, verb: str) -> bool:
        answer = self.answers.get(verb, "250 ok")
        if answer is None:
            self.is_over.wait(60)
            return False
        for letter in f"{answer}\r\n":
            connection.sendall(letter.encode())
            time.sleep(self.letter_s)
        return True


@contextlib.contextmanager
def mail_server(answers=None, letter_s=0.0) -> Iterator[MailServer]:
    server = MailServer(answers, letter_s)
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield server
    finally:
        server.is_over.set()
        server.listener.close()
