"""Refusals: money that moves."""

from domain.errors.base import BrokenRule


class LineSettled(BrokenRule):
    code = "line-settled"
    sentence = "La ligne {line} est soldée : il n'y reste rien à payer."


class PaidAboveCommitted(BrokenRule):
    code = "paid-above-committed"
    sentence = (
        "Les versements de la ligne {line} atteindraient {paid_cents}, plus que l'engagement ({committed_cents})."
    )


class RepaidAbovePaid(BrokenRule):
    code = "repaid-above-paid"
    sentence = "La ligne {line} n'a que {paid_cents} de versés : on ne peut pas en reverser {amount_cents}."


class AdvanceNotAllowed(BrokenRule):
    code = "advance-not-allowed"
    sentence = "Le programme {programme} n'admet pas d'avance (ligne {line})."


class BalanceTooEarly(BrokenRule):
    code = "balance-too-early"
    sentence = "Un solde se verse après la livraison ou l'abandon de l'opération {reference}."


class BalanceAlreadyPaid(BrokenRule):
    code = "balance-already-paid"
    sentence = "Le solde de la ligne {line} est déjà versé."


class PaymentRepeated(BrokenRule):
    code = "payment-repeated"
    sentence = "Un versement de {partner} porte déjà la référence {external_ref} pour la même année."
    structural = True
