"""An application as the world meets it: over HTTP on loopback, with a follower beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from projections.follower import Follower


@contextmanager
def following(database_url: str) -> Iterator[None]:
    """The projections are kept up to date meanwhile."""
    stop = threading.Event()
    follower = threading.Thread(target=Follower(database_url).run, args=(stop,))
    follower.start()
    try:
        yield
    finally:
        stop.set()
        follower.join()


class Quiet(WSGIRequestHandler):
    """Says nothing of every request."""

    def log_request(self, *_: object) -> None:
        pass


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the application."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
