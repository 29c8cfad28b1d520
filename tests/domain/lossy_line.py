"""A line to PostgreSQL that can be cut at a chosen moment: a real connection really lost, seen from the client."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

# PostgreSQL's message that says: done, committed if there was something to commit.
READY = b"Z\x00\x00\x00\x05I"


class LossyLine:
    """Passes bytes between clients and the server, and loses what it is told to lose, once.

    lose_request: bytes of a request after which the line is cut before the server hears of it.
    lose_answer: bytes of a request after which the line is cut when the server has answered.
    lose_at_once: bytes of a request that is passed on, whereupon the line is cut before any answer.
    """

    def __init__(self, database_url: str) -> None:
        self._server = conninfo_to_dict(database_url)
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.database_url = make_conninfo(
            database_url, host="127.0.0.1", port=self._ear.getsockname()[1], sslmode="disable", gssencmode="disable"
        )
        self.lose_request = self.lose_answer = self.lose_at_once = b""
        self.cuts = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Closing alone would leave the thread waiting in accept.
        with suppress(OSError):
            self._ear.shutdown(socket.SHUT_RDWR)
        self._ear.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._ear.accept()
                threading.Thread(target=self._serve, args=(client, self._connect()), daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = str(self._server.get("host") or "localhost"), str(self._server.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        deaf = threading.Event()
        answers = threading.Thread(target=self._answer, args=(client, server, deaf), daemon=True)
        answers.start()
        with client, server, suppress(OSError):
            while request := client.recv(65536):
                if self.lose_request and self.lose_request in request:
                    self.lose_request = b""
                    self._cut(client)
                    return
                if self.lose_answer and self.lose_answer in request:
                    self.lose_answer = b""
                    deaf.set()
                server.sendall(request)
                if self.lose_at_once and self.lose_at_once in request:
                    self.lose_at_once = b""
                    self._cut(client)
                    answers.join()
                    return

    def _answer(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while answer := server.recv(65536):
                if not deaf.is_set():
                    client.sendall(answer)
                elif READY in answer:
                    self._cut(client)
                    return

    def _cut(self, client: socket.socket) -> None:
        self.cuts += 1
        client.shutdown(socket.SHUT_RDWR)
