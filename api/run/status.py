"""How the record stands: where the ledger is, how far each projection has come, what is not as it should be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from api.counting import Counters
from api.french import table
from api.run.author import now
from api.run.roles import is_protected
from api.run.servers import Servers
from api.standing import Standing, look
from domain.ledger.checkpoints import Checkpoint

STATES = {"ready": "tout va bien", "degraded": "mode dégradé", "frozen": "une projection est arrêtée"}
REASONS = {
    "projection-frozen": "une projection attend d'être réparée (jalon rebuild)",
    "no-follower": "personne ne suit le registre (jalon follow)",
    "behind": "une écriture attend depuis plus de dix secondes",
    "redis-away": "Redis ne répond pas, les limites valent par processus",
    "checkpoint-inconsistent": "le registre n'est plus ce qui a été signé (jalon audit verify)",
    "checkpoint-key-missing": "rien ne peut être signé : la clé manque (jalon audit key)",
    "checkpoint-key-unknown": "rien ne peut être signé : la clé n'est pas celle du registre (jalon audit key list)",
}
UNPROTECTED = "l'application peut modifier le registre : lui donner un rôle à elle (docs/operate.md)"


@dataclass(frozen=True)
class Status:
    """The record of these servers, as `/readyz` tells it too.

    protected: the application's role can add to the ledger, and change nothing in it.
    """

    servers: Servers
    standing: Standing
    protected: bool

    @property
    def healthy(self) -> bool:
        """Somebody follows, and no projection is frozen."""
        return self.standing.followed and not self.standing.stops

    def as_dict(self) -> dict[str, Any]:
        """For programs. database_url: the owner's, where it is known. lag: positions still to be told, at most."""
        found = self.standing
        return {
            "database_url": self.servers.owner_url or self.servers.database_url,
            "application_url": self.servers.database_url,
            "redis_url": self.servers.redis_url,
            "status": found.state,
            "reasons": found.reasons,
            "protected": self.protected,
            "position": found.position,
            "followed": found.followed,
            "checkpoint": found.signed and {"size": found.signed.size, "position": found.signed.position},
            "unsigned": found.unsigned and {"after": found.unsigned.after, "up_to": found.unsigned.up_to},
            "projections": [
                {
                    "name": each.name,
                    "version": each.version,
                    "position": each.position,
                    "lag": found.lags[each.name],
                    "error": each.error,
                }
                for each in found.projections
            ],
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        found = self.standing
        yield f"Registre : position {found.position}, {STATES[found.state]}."
        yield from (f"  {REASONS[reason]}" for reason in found.reasons)
        if found.unsigned and found.unsigned.up_to is not None:
            yield f"  entre les positions {found.unsigned.after} (exclue) et {found.unsigned.up_to}"
        yield signed(found.signed)
        if not self.protected:
            yield f"  {UNPROTECTED}"
        rows = [["projection", "version", "position", "retard", "état"]]
        for each in found.projections:
            lag = found.lags[each.name]
            state = f"arrêtée : {each.error}" if each.error else "à jour" if not lag else "en cours"
            rows.append([each.name, str(each.version), str(each.position), str(lag), state])
        yield from table(rows, right=frozenset({1, 2, 3}))


def signed(last: Checkpoint | None) -> str:
    """Up to where the ledger is signed."""
    if last is None:
        return "Aucun point de contrôle : rien n'est signé."
    return f"Dernier point de contrôle : {last.size} écritures, jusqu'à la position {last.position}."


def read(servers: Servers) -> Status:
    """The present state of a record."""
    redis = Counters(servers.redis_url).reachable()
    with psycopg.connect(servers.database_url, connect_timeout=5) as db, db.cursor() as cursor:
        return Status(servers, look(cursor, at=now(), redis=redis), is_protected(servers.database_url))
