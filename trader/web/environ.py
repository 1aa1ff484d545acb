"""From an ASGI scope to the environment a WSGI application expects."""

import sys
from collections.abc import Iterable
from typing import BinaryIO
from wsgiref.types import WSGIEnvironment

from asgiref.typing import HTTPScope

SINGLE_HEADERS = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def wsgi_environ(scope: HTTPScope, body: BinaryIO, body_length: int) -> WSGIEnvironment:
    """Headers with an underscore have already been dropped by the server, against spoofing.

    The length told to the application is that of the body received, whatever the client said.
    """
    host, port = scope.get("server") or ("localhost", 80)
    client_host, client_port = scope.get("client") or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": client_host,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope.get("headers", ()))
    if body_length or scope["method"] in {"POST", "PUT", "PATCH"}:
        environ["CONTENT_LENGTH"] = str(body_length)
    return environ


def _add_headers(environ: WSGIEnvironment, headers: Iterable[tuple[bytes, bytes]]) -> None:
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        value = raw_value.decode("latin-1")
        key = SINGLE_HEADERS.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        if key in environ and key not in SINGLE_HEADERS.values():
            joint = "; " if name == "cookie" else ","
            value = f"{environ[key]}{joint}{value}"
        environ[key] = value
