"""Refusals: what becomes of a line of money."""

from domain.errors.base import BrokenRule, Invalid


class UnknownLine(Invalid):
    code = "unknown-line"
    sentence = "L'opération n'a pas de ligne {line}."


class NotACommitment(Invalid):
    code = "not-a-commitment"
    sentence = "La ligne {line} n'est pas un engagement."


class NotAnAllocation(Invalid):
    code = "not-an-allocation"
    sentence = "La ligne {line} n'est pas une affectation."


class CommittedBelowPaid(BrokenRule):
    code = "committed-below-paid"
    sentence = (
        "L'engagement de la ligne {line} ne peut pas descendre à {committed_cents} : {paid_cents} sont déjà versés."
    )


class MoreThanAllocated(BrokenRule):
    code = "more-than-allocated"
    sentence = "La ligne {line} n'a plus que {allocated_cents} d'affectés : on ne peut pas en reprendre {amount_cents}."


class AllocationInUse(BrokenRule):
    code = "allocation-in-use"
    sentence = (
        "{partner} a engagé {committed_cents} sur l'opération : la ligne {line} doit en garder au moins "
        "{least_cents} d'affectés."
    )


class CreditBelowPaid(BrokenRule):
    code = "credit-below-paid"
    sentence = (
        "Le crédit de {year} ({credit_cents}) est inférieur à ce qui a été versé cette année-là "
        "({paid_cents}) sur la ligne {line}."
    )
