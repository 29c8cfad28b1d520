"""What can be recorded on an operation now: exactly what its rules accept, by subject, one form open at a time.

Only the form that was asked for is made: thirty of them would cost more than the rest of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext

from api.http.fields import Asked, Choice, Formed
from api.pages.commands import COMMANDS, SUBJECTS, Command, Subject
from api.pages.commands_inputs import Input, Lists, Option, Said, defaults, hints, inputs, line_words, step_words
from api.pages.forms import Inputs
from api.pages.labels import word
from api.pages.visit import Document, Visit
from api.services import services
from domain.offering import Offer, offers
from domain.operation import Operation
from domain.territory import commune, communes

LOOKING_BACK: Final = ("as_known_on", "as_true_on", "statement")


class RecordingQuery(Asked):
    """Which form is open, and which line or milestone it is about."""

    record = Choice(COMMANDS)
    of = Formed("^[A-Za-z0-9][A-Za-z0-9-]{0,63}$", "L1")


@dataclass(frozen=True)
class Opened:
    """The command that was chosen. form: None until the line or milestone is chosen too. choice: the one that is.

    about: what that is called. earlier: why it can be of an earlier day alone; None: it can be of today.
    """

    command: Command
    options: list[Option]
    choice: str | None
    form: Inputs | None
    inputs: list[Input]
    earlier: str | None

    @property
    def about(self) -> str | None:
        return dict(self.options).get(self.choice or "")


@dataclass(frozen=True)
class Panel:
    """What can be recorded. address: of the operation's page. subjects: with the commands on offer, in order.

    closed: nothing happens to the operation any more. gone: what was asked for is not on offer.
    """

    address: str
    subjects: list[tuple[Subject, list[tuple[Command, Offer]]]]
    opened: Opened | None
    gone: Command | None

    @property
    def closed(self) -> bool:
        return not self.subjects


def panel(visit: Visit, told: Document) -> Panel | None:
    """What the reader may record on an operation; None where it may not, or looks back. told: its document."""
    operation = None if any(told[name] for name in LOOKING_BACK) else visit.recordable(told["reference"])
    if operation is None:
        return None
    found = offers(operation, services().clock())
    on_offer = {name: offer for name, each in COMMANDS.items() if (offer := joined(each, found))}
    listed = [
        (subject, [(each, on_offer[each.name]) for each in subject.commands if each.name in on_offer])
        for subject in SUBJECTS
    ]
    asked = visit.filled.command if visit.filled else visit.sent.get("record")
    command = COMMANDS.get(asked or "")
    offer = on_offer.get(asked or "")
    return Panel(
        address=url_for("pages.operation", reference=told["reference"]),
        subjects=[(subject, commands) for subject, commands in listed if commands],
        opened=opened(visit, told, operation, command, offer) if command and offer else None,
        gone=command if command and not offer and not visit.filled else None,
    )


def joined(command: Command, found: dict[str, Offer]) -> Offer | None:
    """The offer of a command; of one that records this or that, where either is on offer."""
    return next((found[name] for name in command.names if name in found), None)


def opened(visit: Visit, told: Document, operation: Operation, command: Command, offer: Offer) -> Opened:
    """The form of a command, or the choice that comes before it."""
    known = options_of(told, offer)
    named: dict[str, Any] = {"reference": told["reference"]}
    choice = None
    if command.of:
        asked = visit.filled.named.get(command.of) if visit.filled else visit.sent.get("of")
        choice = asked if asked in offer.choices else known[0][0] if len(known) == 1 else None
        named[command.of] = choice
    earlier = None if offer.not_today is None else str(offer.not_today)
    if command.of and choice is None:
        return Opened(command, known, None, None, [], earlier)
    form = visit.form(command.record, told["version"], **named)
    return Opened(command, known, choice, form, asks(form, visit, told, operation, command, offer, choice), earlier)


def asks(
    form: Inputs, visit: Visit, told: Document, operation: Operation, command: Command, offer: Offer, choice: str | None
) -> list[Input]:
    """What the form asks, with what the record offers."""
    said = Said(
        options={
            "line": options_of(told, offer),
            "kind": [(kind, word(kind)) for kind in offer.kinds],
            "commune": places(operation),
        },
        defaults=defaults(command.name, told, choice),
        hints=hints(command.name, told) | {"reason": why(offer)},
        needed=frozenset({"reason"} if offer.needs_reason else ()),
    )
    return inputs(form, Lists(visit), said)


def options_of(told: Document, offer: Offer) -> list[Option]:
    """The lines or milestones that a command can be about."""
    lines = [(each["line"], line_words(each)) for each in told["lines"]]
    steps = [(each["code"], step_words(each)) for each in told["milestones"]]
    return [(code, words) for code, words in [*lines, *steps] if code in offer.choices]


def places(operation: Operation) -> list[Option]:
    """The communes that can be helped: those of the operation, all where it covers the whole territory."""
    known = [each.insee for each in communes()] if operation.territory_wide else operation.communes
    return [(insee, found.name) for insee in known if (found := commune(insee))]


def why(offer: Offer) -> str:
    """What is said beside the reason: without one, a rule would refuse."""
    return " ".join([*([str(offer.unless)] if offer.unless else []), gettext("Aucun nom de personne.")])
