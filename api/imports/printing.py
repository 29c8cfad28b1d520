"""The report of an import as lines of French for a terminal: plain text, aligned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from api.french import count, table
from api.imports.report import Report
from domain.french import euros

MISSING: Final[dict[str, tuple[str, str]]] = {
    "theme": ("thème", "thèmes"),
    "owner": ("maître d'ouvrage", "maîtres d'ouvrage"),
    "planned_on": ("date de programmation", "dates de programmation"),
    "cost": ("coût", "coûts"),
    "start": ("démarrage", "démarrages"),
    "start_funding": ("financement du démarrage", "financements du démarrage"),
}
"""What `to_complete` names, one and several."""


def render(report: Report) -> list[str]:
    """The whole report; its last line says whether anything was recorded."""
    return [
        *_summary(report),
        *_refused(report),
        *_to_complete(report),
        *_flags(report),
        *_figures(report),
        "",
        _outcome(report),
    ]


def render_brief(report: Report) -> list[str]:
    """The report without the lists of lines."""
    missing = ["", _missing(report)] if report.to_complete else []
    flags = (
        [count(len(report.flags), "constat") + " à connaître : jalon import en donne la liste."] if report.flags else []
    )
    return [*_summary(report), *_refused(report), *missing, *flags, "", _outcome(report)]


def _summary(report: Report) -> Iterator[str]:
    kinds = Counter(each.kind for each in report.accepted)
    entries = sum(each.entries for each in report.accepted)
    taken = [
        count(kinds["operation"], "opération"),
        count(kinds["agreement"], "convention"),
        count(entries, "écriture"),
    ]
    yield f"Fichier {report.sha256[:12]}… : {count(report.lines, 'ligne')}"
    done = "enregistrées" if report.recorded else "à enregistrer"
    yield f"  {len(report.accepted):>6}  {done} ({', '.join(taken)})"
    yield f"  {len(report.unchanged):>6}  déjà enregistrées, sans changement"
    yield f"  {report.refused_lines:>6}  refusées"


def _refused(report: Report) -> Iterator[str]:
    if report.refused:
        rows = [["ligne", "référence", "colonne", "motif"]]
        rows += [[str(each.line), each.reference or "", each.column or "", each.reason] for each in report.refused]
        yield from ("", "Lignes refusées", *table(rows, right=frozenset({0})))


def _to_complete(report: Report) -> Iterator[str]:
    if report.to_complete:
        rows = [["référence", "manque"]]
        rows += [[ref, ", ".join(MISSING[name][0] for name in names)] for ref, names in report.to_complete.items()]
        yield from ("", _missing(report), *table(rows))


def _missing(report: Report) -> str:
    """How often each fact is missing."""
    counts = Counter(name for names in report.to_complete.values() for name in names)
    return "À compléter : " + ", ".join(count(counts[name], *MISSING[name]) for name in MISSING if counts[name])


def _flags(report: Report) -> Iterator[str]:
    if report.flags:
        rows = [["ligne", "référence", "constat"]]
        rows += [[str(each.line), each.reference, each.text] for each in report.flags]
        yield from ("", "À savoir : pris tel que la source le dit", *table(rows, right=frozenset({0})))


def _figures(report: Report) -> Iterator[str]:
    if report.accepted:
        told = report.figures
        rows = [["affecté", "engagé", "payé", "prêts, à part"]]
        rows += [
            [euros(each) for each in (told.allocated_cents, told.committed_cents, told.paid_cents, told.loans_cents)]
        ]
        yield from ("", "Montants de ces lignes", *table(rows, right=frozenset(range(4))))


def _outcome(report: Report) -> str:
    if report.stopped:
        return "Rien n'a été enregistré : une ligne refusée arrête tout le fichier (--partial enregistre les autres)."
    if report.dry_run:
        return "Rien n'a été enregistré : c'était un essai (--dry-run)."
    if not report.recorded:
        return "Rien n'a été enregistré : le fichier n'apporte rien de nouveau."
    return f"Enregistré : {count(len(report.recorded), 'ligne')}, jusqu'à la position {report.position} du registre."
