"""Refusals: amendments and the transfers that they make."""

from domain.errors.base import BrokenRule, Invalid, NotFound


class UnknownAmendment(NotFound):
    code = "unknown-amendment"
    sentence = "La convention {reference} n'a pas d'avenant n° {number}."


class UnknownAmendedOperation(Invalid):
    code = "unknown-amended-operation"
    sentence = "Aucune opération ne porte la référence {reference}."


class NumberBelowOne(Invalid):
    code = "number-below-one"
    sentence = "Un numéro va de 1 en montant ({number})."


class AmendmentTaken(BrokenRule):
    code = "amendment-taken"
    sentence = "La convention {reference} a déjà un avenant n° {number}."
    structural = True


class AmendmentOutOfOrder(BrokenRule):
    code = "amendment-out-of-order"
    sentence = "La convention {reference} en est à l'avenant n° {last} : le suivant ne peut pas porter le n° {number}."


class NotInAgreement(BrokenRule):
    code = "not-in-agreement"
    sentence = "L'opération {operation} ne relève pas de la convention {agreement} : son avenant n'y change rien."
    structural = True


class SameOperation(BrokenRule):
    code = "same-operation"
    sentence = "Un transfert va d'une opération à une autre ({reference})."
    structural = True


class TransferMismatch(BrokenRule):
    code = "transfer-mismatch"
    sentence = (
        "Un transfert garde son partenaire et sa nature : la ligne {line} de l'opération {operation} n'est pas de "
        "{partner} ({instrument})."
    )
    structural = True
