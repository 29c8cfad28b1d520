"""How the record stands: where the ledger is, how far each projection has come, whether somebody follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from api.french import table
from api.run.servers import Servers
from domain.ledger import head
from projections.progress import Progress, is_followed, positions


@dataclass(frozen=True)
class Status:
    """position: of the last entry in the ledger, 0 when it is empty. followed: a follower is at work."""

    servers: Servers
    position: int
    projections: list[Progress]
    followed: bool

    @property
    def healthy(self) -> bool:
        """Somebody follows, and no projection is frozen."""
        return self.followed and not any(each.error for each in self.projections)

    def as_dict(self) -> dict[str, Any]:
        """For programs. lag: how many positions are still to be told, at most."""
        return {
            "database_url": self.servers.database_url,
            "redis_url": self.servers.redis_url,
            "position": self.position,
            "followed": self.followed,
            "projections": [
                {
                    "name": each.name,
                    "version": each.version,
                    "position": each.position,
                    "lag": max(self.position - each.position, 0),
                    "error": each.error,
                }
                for each in self.projections
            ],
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"Registre : position {self.position}. Suivi : {'oui' if self.followed else 'personne ne suit'}."
        rows = [["projection", "version", "position", "retard", "état"]]
        for each in self.projections:
            lag = max(self.position - each.position, 0)
            state = f"arrêtée : {each.error}" if each.error else "à jour" if not lag else "en cours"
            rows.append([each.name, str(each.version), str(each.position), str(lag), state])
        yield from table(rows, right=frozenset({1, 2, 3}))


def read(servers: Servers) -> Status:
    """The present state of a record."""
    with psycopg.connect(servers.database_url) as db, db.cursor() as cursor:
        return Status(servers, head(cursor), positions(cursor), is_followed(cursor))
