"""The embedded Valkey, which speaks the Redis protocol: nothing in it is saved, all of it can be made again."""

import contextlib
from pathlib import Path

import redis

from api.impatience import client
from api.run.embedded import Command, EmbeddedServer
from api.run.programs import valkey_program

# A ceiling, not a reservation. The published documents of 20,000 operations take about 80 MB.
MAXMEMORY = "512mb"


class EmbeddedValkey(EmbeddedServer):
    """A Valkey in `run`, which belongs to this user alone."""

    name = "Valkey"

    def __init__(self, run: Path) -> None:
        self._run = run
        self._program = valkey_program()
        super().__init__(socket_path=run / "valkey.sock", log=run / "valkey.log", identity={})
        self.url = f"unix://{self.socket_path}"

    def command(self) -> Command:
        """The server on our socket only, without files, forgetting the least used when it is full."""
        return [
            *(self._program, "--port", "0", "--unixsocket", self.socket_path, "--unixsocketperm", "700"),
            *("--save", "", "--dir", self._run),
            *("--maxmemory", MAXMEMORY, "--maxmemory-policy", "allkeys-lru"),
        ]

    def answers(self) -> bool:
        """Tell whether a client is served."""
        try:
            with self._client() as client:
                client.ping()
        except redis.RedisError:
            return False
        return True

    def ask_to_stop(self) -> None:
        """Stop at once: there is nothing to save."""
        # One that hangs is left alone; whoever starts next waits for it and says so.
        with contextlib.suppress(redis.RedisError), self._client() as client:
            client.shutdown(nosave=True)

    def _client(self) -> redis.Redis:
        return client(self.url, 2)
