"""The forms of an operation: every command of the API, by subject, under the words that people use for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from api.v1 import frame, funding, life, lines, milestones, payments, people, programme


@dataclass(frozen=True)
class Command:
    """A command on offer. words: what it does, on its way and its button. path: of its form, below the operation's.

    of: the variable part of the path, chosen before the form is shown. tried: its names in `domain/offering.py`.
    """

    words: LazyString
    record: Callable[..., Any]
    path: str
    of: Literal["line", "code"] | None = None
    tried: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.record.__name__

    @property
    def names(self) -> tuple[str, ...]:
        return self.tried or (self.name,)


@dataclass(frozen=True)
class Subject:
    """What commands are about; the most usual one comes first."""

    name: str
    words: LazyString
    commands: tuple[Command, ...]


ADDED: Final = ("log_milestone", "schedule_milestone")

SUBJECTS: Final = (
    Subject(
        "steps",
        _("Jalons"),
        (
            Command(
                _("Constater un jalon atteint"), milestones.reach_milestone, "/milestones/<code:code>/reach", "code"
            ),
            Command(_("Ajouter un jalon"), milestones.milestone, "/milestones", tried=ADDED),
            Command(
                _("Reporter un jalon"), milestones.reschedule_milestone, "/milestones/<code:code>/reschedule", "code"
            ),
            Command(_("Supprimer un jalon"), milestones.drop_milestone, "/milestones/<code:code>/drop", "code"),
        ),
    ),
    Subject(
        "works",
        _("Travaux et calendrier"),
        (
            Command(_("Démarrer les travaux"), life.start, "/start"),
            Command(_("Livrer"), life.deliver, "/deliver"),
            Command(_("Réviser le calendrier"), life.reschedule, "/reschedule"),
            Command(_("Suspendre"), life.suspend, "/suspend"),
            Command(_("Reprendre après une suspension"), life.resume, "/resume"),
            Command(_("Autoriser un démarrage anticipé"), life.authorise_early_start, "/authorise-early-start"),
        ),
    ),
    Subject(
        "money",
        _("Financement"),
        (
            Command(_("Engager un financement"), funding.commit, "/commitments"),
            Command(_("Enregistrer un versement"), payments.pay, "/payments"),
            Command(_("Affecter un financement"), funding.allocate, "/allocations"),
            Command(_("Demander un paiement"), payments.request_payment, "/payment-requests"),
            Command(_("Réviser le coût"), life.revise_cost, "/revise-cost"),
            Command(_("Arrêter le plan de financement"), funding.set_financing_plan, "/financing-plan"),
        ),
    ),
    Subject(
        "lines",
        _("Lignes de financement ouvertes"),
        (
            Command(_("Réviser un engagement"), lines.revise_commitment, "/commitments/<line:line>/revise", "line"),
            Command(_("Réviser un échéancier"), lines.revise_schedule, "/commitments/<line:line>/schedule", "line"),
            Command(
                _("Dégager tout ou partie d'un engagement"), lines.decommit, "/commitments/<line:line>/decommit", "line"
            ),
            Command(
                _("Reprendre tout ou partie d'une affectation"),
                lines.take_back,
                "/allocations/<line:line>/take-back",
                "line",
            ),
            Command(_("Enregistrer un reversement"), payments.repay, "/repayments"),
        ),
    ),
    Subject(
        "people",
        _("Relogement et assistance"),
        (
            Command(_("Faire le point sur les relogements"), people.report_rehousing, "/rehousing"),
            Command(_("Enregistrer une assistance à une commune"), people.assist, "/assistance"),
        ),
    ),
    Subject(
        "frame",
        _("Cadre et maîtrise d'ouvrage"),
        (
            Command(_("Rattacher à un programme"), programme.attach, "/programme"),
            Command(_("Détacher du programme"), programme.detach, "/programme/detach"),
            Command(_("Changer de maître d'ouvrage"), life.change_owner, "/owner"),
            Command(_("Constater le statut du quartier"), frame.assess_priority_area, "/priority-area"),
            Command(_("Apprécier la cohérence avec un document"), frame.assess_coherence, "/coherence"),
        ),
    ),
    Subject(
        "end",
        _("Clôture et abandon"),
        (
            Command(_("Clôturer les comptes"), life.close, "/close"),
            Command(_("Abandonner l'opération"), life.abandon, "/abandon"),
        ),
    ),
)

COMMANDS: Final = {each.name: each for subject in SUBJECTS for each in subject.commands}
