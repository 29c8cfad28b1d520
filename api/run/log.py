"""Logging from the terminal: ask what happened, show what will be recorded, record it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from api.run.author import new_command, now, terminal
from domain import vocabulary
from domain.dates import PartialDate, paris_day
from domain.errors import Refusal
from domain.event import Entry
from domain.french import euros
from domain.ledger import Done, Ledger
from domain.operation import Operation
from projections.follower import Follower

Facts = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One thing that can have happened: how it is called, what else must be asked, and the command it stands for."""

    label: str
    ask: Callable[[Ledger, Operation], Facts]
    command: Callable[..., object]
    reason_needed: bool = False


def ask(ledger: Ledger, database_url: str) -> None:
    """The conversation. Nothing is recorded before the last answer is yes."""
    operation = prompt("Opération (référence)", lambda text: ledger.operation(text.strip().upper()))
    click.echo(f"  {operation.title} — {vocabulary.PHASES[operation.phase]}")
    kind = choose("Que s'est-il passé ?", {kind.label: kind for kind in KINDS})
    facts = kind.ask(ledger, operation)
    on = prompt("Quand (AAAA-MM-JJ, AAAA-MM ou AAAA)", PartialDate.parse, default=str(PartialDate.of(paris_day(now()))))
    reason = prompt("Motif", needed if kind.reason_needed else str.strip, default=None if kind.reason_needed else "")
    show(operation, kind, facts, on, reason)
    if not click.confirm("Enregistrer ?", default=True):
        click.echo("Rien n'a été enregistré.")
        return
    command = new_command()
    entry = Entry(on=on, at=now(), by=terminal(command.id, ledger.authority), reason=reason or None)

    def act() -> Done:
        fresh = ledger.operation(operation.reference)
        kind.command(fresh, **facts, **entry)
        return Done(fresh)

    recorded = ledger.run(command, act)
    Follower(database_url).catch_up()
    click.echo(f"Enregistré : écriture n° {recorded.answer['version']} de {operation.reference}.")


def show(operation: Operation, kind: Kind, facts: Facts, on: PartialDate, reason: str) -> None:
    """What will be recorded, in full."""
    click.echo(f"\n  {operation.reference} : {kind.label}, {on.french()}")
    for name, value in facts.items():
        if value not in (None, ""):
            click.echo(f"    {WORDS.get(name, name)} : {spoken(name, value)}")
    if reason:
        click.echo(f"    motif : {reason}")
    click.echo()


def spoken(name: str, value: object) -> str:
    """A value as a person reads it."""
    if isinstance(value, PartialDate):
        return value.french()
    if name.endswith("_cents") and isinstance(value, int):
        return euros(value)
    if name == "instrument":
        return vocabulary.INSTRUMENTS[value]  # type: ignore[index]
    return str(value)


def prompt(text: str, read: Callable[[str], Any], default: str | None = None) -> Any:
    """Ask until the answer can be read."""

    def value(answer: str) -> Any:
        try:
            return read(answer)
        except (Refusal, ValueError) as error:
            raise click.BadParameter(str(error)) from error

    return click.prompt(text, value_proc=value, default=default, show_default=bool(default))


def choose(text: str, choices: Mapping[str, Any]) -> Any:
    """Ask for one of a numbered list."""
    click.echo(text)
    for number, label in enumerate(choices, 1):
        click.echo(f"  {number:2}. {label}")

    def read(answer: str) -> Any:
        if not answer.isdecimal() or not 1 <= int(answer) <= len(choices):
            raise ValueError(f"Un nombre de 1 à {len(choices)}.")
        return list(choices.values())[int(answer) - 1]

    return prompt("Numéro", read)


def needed(text: str) -> str:
    """A text that may not be empty."""
    if not text.strip():
        raise ValueError("Une réponse est nécessaire.")
    return text.strip()


def cents(text: str) -> int:
    """Euros as people write them (`1 234 567,50`), in cents."""
    plain = re.sub(r"[\s\u00a0\u202f€]", "", text).replace(",", ".")
    try:
        amount = Decimal(plain) * 100
    except InvalidOperation as error:
        raise ValueError("Un montant en euros, par exemple 1 234 567,50.") from error
    if not amount.is_finite() or amount != int(amount) or not 0 < amount < 10**15:
        raise ValueError("Un montant en euros, positif, au centime près.")
    return int(amount)


def optional_date(text: str) -> PartialDate | None:
    """A date, or nothing."""
    return PartialDate.parse(text.strip()) if text.strip() else None


def nothing(_ledger: Ledger, _operation: Operation) -> Facts:
    return {}


def ask_funding(ledger: Ledger, _operation: Operation) -> Facts:
    return {
        "partner": prompt("Partenaire (code)", lambda text: ledger.known_partner(text.strip().lower())),
        "instrument": choose("Nature", {label: code for code, label in vocabulary.INSTRUMENTS.items()}),
        "amount_cents": prompt("Montant en euros", cents),
        "decision_ref": prompt("Référence de la décision", str.strip, default="") or None,
    }


def ask_calendar(_ledger: Ledger, _operation: Operation) -> Facts:
    return {
        "starts_on": prompt("Nouveau démarrage prévu (vide : inchangé)", optional_date, default=""),
        "delivers_on": prompt("Nouvelle livraison prévue (vide : inchangée)", optional_date, default=""),
    }


def ask_cost(_ledger: Ledger, _operation: Operation) -> Facts:
    return {"cost_cents": prompt("Nouveau coût en euros", cents)}


def ask_owner(ledger: Ledger, _operation: Operation) -> Facts:
    return {"owner": prompt("Nouveau maître d'ouvrage (code)", lambda text: ledger.known_partner(text.strip().lower()))}


def ask_milestone(_ledger: Ledger, operation: Operation) -> Facts:
    title: str = prompt("Quel jalon", needed)
    return {"code": free_code(title, operation), "title": title}


def ask_due_milestone(ledger: Ledger, operation: Operation) -> Facts:
    return {**ask_milestone(ledger, operation), "due_on": prompt("Échéance", PartialDate.parse)}


def ask_open_milestone(_ledger: Ledger, operation: Operation) -> Facts:
    ahead = {m.label: m.code for m in operation.milestones.values() if not (m.reached_on or m.dropped)}
    if not ahead:
        raise click.ClickException("Aucun jalon n'est attendu sur cette opération.")
    return {"code": choose("Lequel ?", ahead)}


def free_code(title: str, operation: Operation) -> str:
    """A code for a new milestone, made of its title, unlike those that the operation has."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", ascii_title).strip("-")[:50] or "jalon"
    taken, number, code = operation.milestones, 1, base
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code


WORDS = {
    "partner": "partenaire",
    "instrument": "nature",
    "amount_cents": "montant",
    "decision_ref": "décision",
    "starts_on": "démarrage prévu",
    "delivers_on": "livraison prévue",
    "cost_cents": "coût",
    "owner": "maître d'ouvrage",
    "title": "jalon",
    "code": "code",
    "due_on": "échéance",
}

KINDS = (
    Kind("Jalon atteint", ask_milestone, Operation.log_milestone),
    Kind("Jalon prévu", ask_due_milestone, Operation.schedule_milestone),
    Kind("Jalon prévu, maintenant atteint", ask_open_milestone, Operation.reach_milestone),
    Kind("Affectation", ask_funding, Operation.allocate),
    Kind("Financement engagé", ask_funding, Operation.commit),
    Kind("Démarrage", nothing, Operation.start),
    Kind("Livraison", nothing, Operation.deliver),
    Kind("Calendrier révisé", ask_calendar, Operation.reschedule, reason_needed=True),
    Kind("Coût révisé", ask_cost, Operation.revise_cost, reason_needed=True),
    Kind("Changement de maître d'ouvrage", ask_owner, Operation.change_owner),
    Kind("Abandon", nothing, Operation.abandon, reason_needed=True),
)
