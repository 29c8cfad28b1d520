"""What must hold after every fault, counted: nothing lost, doubled or skipped, and every reader told the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import psycopg

from api.published.rendering import every, render
from api.published.shelf import Document, Key
from domain.operation import Operation
from projections.progress import positions
from projections.rebuild import rebuild
from projections.verifying import verify
from tests.api.crashing import until
from tests.faults.house import House
from tests.faults.load import Load
from tests.projections.rows import everything
from tests.story import AUTHORITY

STORED = "SELECT originator_version, notification_id FROM stored_events WHERE originator_id = %s ORDER BY 1"
TOLD = "SELECT version, position FROM timeline.entry WHERE reference = %s ORDER BY 1"

# Whatever breaks: an answer, or that the projections have not come that far yet.
ALWAYS = ("200", "503 position-not-reached")
AWAY = ("200 stale", "503 store-unavailable")
"""What readers are told besides while PostgreSQL is away."""
CUT = ("cut",)
"""What readers meet besides while web processes are killed."""


@dataclass(frozen=True)
class Proof:
    """What was counted after a fault.

    lost: acknowledged, and not stored where the answer said. doubled: stored, and not acknowledged once. skipped:
    stored, and not in the timeline. refused: commands that were right. behind: answers older than what their
    reader had been told. errors: answers that nothing excuses. rows: that differ from those of a clean rebuild.
    documents, tokens: that differ from what PostgreSQL would answer. altered: what reading the ledger again finds to
    be other than the tree and the checkpoints say.
    """

    lost: int = 0
    doubled: int = 0
    skipped: int = 0
    refused: int = 0
    behind: int = 0
    errors: int = 0
    rows: int = 0
    documents: int = 0
    tokens: int = 0
    altered: int = 0

    @property
    def faults(self) -> dict[str, int]:
        """What should be zero and is not."""
        return {name: number for name, number in asdict(self).items() if number}


def prove(house: House, load: Load, *besides: str) -> Proof:
    """Let everything catch up, then look at all of it. besides: answers that this fault excuses."""
    until(lambda: caught_up(house))
    written = counted(house, load)
    rows = differing_rows(house.application_url)
    until(lambda: all_lies_ready(house))
    documents = differing_documents(house)
    answers = load.answers
    return Proof(
        **written,
        refused=sum(len(each.refused) for each in load.writers),
        behind=sum(len(each.behind) for each in load.readers),
        errors=sum(number for said, number in answers.items() if said not in (*ALWAYS, *besides)),
        rows=rows,
        documents=sum(1 for kind, _ in documents if kind != "token"),
        tokens=sum(1 for kind, _ in documents if kind == "token"),
        altered=altered(house),
    )


def altered(house: House) -> int:
    """What is not as it was signed; something was."""
    with house.database() as db:
        report = verify(db.cursor())
    assert report.checkpoints > 1
    return len(report.deviations) + len(report.gaps) + len(report.unread) + report.nodes_differ


def caught_up(house: House) -> bool:
    """Whether every projection has come as far as the ledger."""
    with house.database() as db:
        (head,) = db.execute("SELECT max(notification_id) FROM stored_events").fetchall()[0]
        return all(each.position == head and not each.error for each in positions(db.cursor()))


def counted(house: House, load: Load) -> dict[str, int]:
    """What the writers were told, beside what is stored and shown."""
    lost = doubled = skipped = 0
    with house.database() as db:
        for writer in load.writers:
            reference = writer.operation.rsplit("/", 1)[1]
            stored = db.execute(STORED, (Operation.identity(AUTHORITY, reference),)).fetchall()
            told, shown = Counter(writer.acknowledged), db.execute(TOLD, (reference,)).fetchall()
            lost += len(told.keys() - set(stored))
            doubled += (Counter(stored[1:]) - told).total() + (told - Counter(told.keys())).total()
            skipped += (Counter(stored) - Counter(shown)).total()
            doubled += (Counter(shown) - Counter(stored)).total()
    return {"lost": lost, "doubled": doubled, "skipped": skipped}


def differing_rows(database_url: str) -> int:
    """Rows that a clean rebuild changes."""
    before = everything(database_url)
    rebuild(database_url)
    after = everything(database_url)
    assert sum(map(len, before.values())) > 0
    return sum(difference(before[table], after[table]) for table in before)


def difference(some: list[tuple[Any, ...]], others: list[tuple[Any, ...]]) -> int:
    one, other = Counter(map(repr, some)), Counter(map(repr, others))
    return ((one - other) + (other - one)).total()


def rendered(db: psycopg.Connection[Any]) -> dict[Key, Document]:
    """Every document, as PostgreSQL gives it."""
    keys: list[Key] = []
    while some := every(db.cursor(), keys[-1] if keys else None, 1000):
        keys += some
    return {each.key: each for each in render(db.cursor(), keys)}


def all_lies_ready(house: House) -> bool:
    """Whether the publisher has come as far as the ledger, and has made everything again."""
    with house.database() as db:
        (head,) = db.execute("SELECT max(notification_id) FROM stored_events").fetchall()[0]
        lying = house.shelf.find("", Key("none", "none"))
        return bool(lying and lying.fresh and lying.position == head) and not house.shelf.missing([*rendered(db)])


def differing_documents(house: House) -> list[Key]:
    """Documents and tokens that lie ready with other bytes, another tag or other readers than PostgreSQL gives."""
    with house.database() as db:
        wanted: Mapping[Key, Document] = rendered(db)
    wrong = [key for key, document in wanted.items() if lying(house, key) != shown(document)]
    with house.redis.client() as client:
        prefix = house.shelf._key("")
        kinds = {key.kind for key in wanted}
        there = [name.decode().removeprefix(prefix).split(":", 1) for name in client.scan_iter(f"{prefix}*:*", 1000)]
    more = [Key(kind, name) for kind, name in there if kind in kinds and Key(kind, name) not in wanted]
    return wrong + [key for key in more if lying(house, key)[1] is not None]


def lying(house: House, key: Key) -> tuple[str, bytes | None, frozenset[str]]:
    if key.kind == "token":
        found = house.shelf.find(key.name, key)
        assert found is not None
        return found.tag or "", found.token, frozenset()
    found = house.shelf.find("", key)
    assert found is not None
    return found.tag or "", found.body, found.readers


def shown(document: Document) -> tuple[str, bytes, frozenset[str]]:
    return document.tag, document.body, frozenset(document.readers)
