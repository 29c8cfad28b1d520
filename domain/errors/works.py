"""Refusals: what happens on the ground."""

from domain.errors.base import BrokenRule


class AlreadyStarted(BrokenRule):
    code = "already-started"
    sentence = "L'opération {reference} a déjà démarré ({since})."


class NotFunded(BrokenRule):
    code = "not-funded"
    sentence = (
        "L'opération {reference} n'a ni affectation ni engagement : il faut une autorisation de démarrage anticipé "
        "ou un motif."
    )


class NotStarted(BrokenRule):
    code = "not-started"
    sentence = "Le démarrage de l'opération {reference} n'est pas enregistré : un motif est nécessaire."


class DeliveredBeforeStart(BrokenRule):
    code = "delivered-before-start"
    sentence = "La livraison ({delivered_on}) précède le démarrage ({started_on})."


class AlreadyDelivered(BrokenRule):
    code = "already-delivered"
    sentence = "L'opération {reference} est déjà livrée ({since})."


class AlreadyAbandoned(BrokenRule):
    code = "already-abandoned"
    sentence = "L'opération {reference} est abandonnée ({since})."


class OperationSuspended(BrokenRule):
    code = "operation-suspended"
    sentence = "L'opération {reference} est suspendue ({since})."


class NotSuspended(BrokenRule):
    code = "not-suspended"
    sentence = "L'opération {reference} n'est pas suspendue."


class ResumedBeforeSuspension(BrokenRule):
    code = "resumed-before-suspension"
    sentence = "La reprise ({resumes_on}) précède la suspension ({since})."


class AlreadyClosed(BrokenRule):
    code = "already-closed"
    sentence = "L'opération {reference} est clôturée ({since}) : seule une rectification est possible."


class NotEnded(BrokenRule):
    code = "not-ended"
    sentence = "L'opération {reference} n'est ni livrée ni abandonnée."


class ClosedBeforeEnd(BrokenRule):
    code = "closed-before-end"
    sentence = "La clôture ({closed_on}) précède la livraison ou l'abandon ({ended_on})."


class LinesUnsettled(BrokenRule):
    code = "lines-unsettled"
    sentence = "Toutes les lignes doivent être payées ou dégagées : {lines}."


class FinalCostDiffers(BrokenRule):
    code = "final-cost-differs"
    sentence = "Le coût final ({final_cost_cents}) diffère du coût ({cost_cents}) : un motif est nécessaire."
