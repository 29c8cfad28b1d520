"""Refusals: money decided for an operation."""

from domain.errors.base import BrokenRule, Invalid


class AmountNotPositive(Invalid):
    code = "amount-not-positive"
    sentence = "Le montant doit être strictement positif ({amount_cents})."


class AmountTooLarge(Invalid):
    code = "amount-too-large"
    sentence = "Le montant dépasse tout ce qui peut être enregistré ({amount_cents}, {most_cents} au plus)."


class YearOutOfBounds(Invalid):
    code = "year-out-of-bounds"
    sentence = "Une année va de {first} à {last} ({year})."


class ScheduleMismatch(Invalid):
    code = "schedule-mismatch"
    sentence = "L'échéancier totalise {scheduled_cents} au lieu de {amount_cents}."


class SharesAboveTotal(Invalid):
    code = "shares-above-total"
    sentence = "Les parts totalisent {shared_cents}, plus que le plan de financement ({total_cents})."


class ProgrammeClosed(BrokenRule):
    code = "programme-closed"
    sentence = (
        "Le programme {programme} n'admet plus d'engagement après le {last_commitment_on} : celui-ci est décidé le "
        "{on}. Un motif vaut dérogation."
    )
