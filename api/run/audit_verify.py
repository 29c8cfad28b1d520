"""What `jalon audit verify` finds, in words."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Cursor, IsolationLevel

from api.run import audit_files
from api.run.audit_files import NotKept
from domain.ledger import checkpoints as kept
from domain.ledger import read_histories
from domain.ledger.checkpoints import Key
from domain.ledger.notes import NotSigned, PublicKey, Unreadable, head_of
from domain.record import folded
from projections import verifying
from projections.beside import Deviation, Outside
from projections.verifying import TREE, Report

log = logging.getLogger(__name__)

WRONG = {
    "altered": "n'est plus ce qui a été enregistré",
    "missing": "manque",
    "added": "n'a pas été enregistrée là",
}


Names = dict[str, str]
"""What records are called, by their ids."""


def verified(database_url: str, files: Sequence[Path], trusted: Sequence[str]) -> tuple[Report, Names]:
    """Hold the ledger against what the record and those files say. Raises NotKept, Unreadable."""
    with psycopg.connect(database_url) as db:
        db.isolation_level, db.read_only = IsolationLevel.REPEATABLE_READ, True
        cursor = db.cursor()
        keys = handed_over(kept.keys(cursor), audit_files.keys(trusted))
        outside, unread = read(files, keys)
        report = verifying.verify(cursor, trusted=keys, outside=outside)
        report.unread[:0] = unread
        return report, {each.id: name for each in report.deviations if each.id and (name := called(cursor, each.id))}


def called(cursor: Cursor[Any], id: str) -> str | None:
    """The kind and the reference of a record; None where its first entry cannot be read any more."""
    record = UUID(id)
    try:
        found = folded(read_histories(cursor, [record], {record: 2})[record])
    except Exception as error:
        # What somebody altered may break in any way; the id says as much.
        log.info("The first entry of %s cannot be read: %s", id, error)
        return None
    return f"{found.TOPIC} {found.reference}" if found else None


def handed_over(known: Sequence[Key], trusted: Sequence[PublicKey]) -> list[PublicKey]:
    """The keys whose signatures count: those given, and those that they handed over to; all, if none is given."""
    if not trusted:
        return [key.public for key in known]
    found = list(trusted)
    for key in known:
        try:
            if f"key {key.public}" in head_of(key.statement, found).more:
                found.append(key.public)
        except (NotSigned, Unreadable):
            continue
    return found


def read(files: Sequence[Path], keys: Sequence[PublicKey]) -> tuple[list[Outside], list[str]]:
    """What the files hold, and what is wrong with those that prove nothing."""
    found, unread = [], []
    for file in files:
        try:
            found.append(audit_files.outside(file, keys))
        except (NotKept, NotSigned, Unreadable) as error:
            unread.append(f"{file.name} : {error}")
    return found, unread


def lines(report: Report, names: Names) -> Iterator[str]:
    """For people."""
    yield f"Registre : {report.entries} écritures, positions {report.first} à {report.last}."
    yield f"Points de contrôle : {report.checkpoints} du registre, {report.outside} gardés ailleurs."
    yield from (f"SANS VALEUR : {each}." for each in report.unread)
    yield from (f"ALTÉRÉ : {told(each, names)}" for each in report.deviations)
    for gap in report.gaps:
        end = "à la fin, où manquent des écritures" if gap.up_to is None else f"à la position {gap.up_to}"
        yield f"ALTÉRÉ : de la position {gap.after} (exclue) {end}, ce n'est plus ce qu'a signé {gap.by}."
    if report.nodes_differ:
        yield "L'arbre ne suit pas de ses feuilles : jalon rebuild tree."
    yield from unproven(report)
    yield "Tout concorde." if report.good else "Le registre n'est pas prouvé."


def told(found: Deviation, names: Names) -> str:
    """An entry that is not what it was."""
    entry = f"l'écriture à la position {found.position}"
    if found.id is not None:
        name = f"{names[found.id]}, " if found.id in names else ""
        entry += f" ({name}{found.id}, n° {found.version}, {found.topic})"
    by = "l'arbre du registre" if found.by == TREE else found.by
    return f"{entry} {WRONG[found.wrong]}, selon {by}."


def unproven(report: Report) -> Iterator[str]:
    """What nobody could prove, were it altered."""
    for (size, position), by in (
        (report.covered, "aucun point de contrôle"),
        (report.covered_outside, "aucun point de contrôle gardé ailleurs"),
    ):
        left = report.entries - size
        yield f"Après la position {position}, {left} écritures ne sont couvertes par {by}."
    if report.not_in_tree:
        yield f"{report.not_in_tree} écritures ne sont pas encore dans l'arbre."
    if report.longest is not None:
        waited = f"{report.longest.total_seconds():.0f} s au plus"
        yield f"D'une écriture à son point de contrôle : {waited} ; ce qui a changé entre-temps ne se prouve pas."


def key_lines(database_url: str) -> Iterator[str]:
    """Every key, with the day from which it signed."""
    with psycopg.connect(database_url) as db:
        for key in kept.keys(db.cursor()):
            yield f"{key.began_at:%Y-%m-%d} {key.public}"
