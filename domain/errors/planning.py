"""Refusals: what is decided of an operation."""

from domain.errors.base import BrokenRule, Invalid, NotFound


class UnknownOperation(NotFound):
    code = "unknown-operation"
    sentence = "Aucune opération ne porte la référence {reference}."


class UnknownCommune(Invalid):
    code = "unknown-commune"
    sentence = "La commune {insee} n'est pas dans la liste de référence (code INSEE)."


class NoCommune(Invalid):
    code = "no-commune"
    sentence = "Une opération couvre au moins une commune, ou tout le territoire (territory_wide)."


class WeightsMismatch(Invalid):
    code = "weights-mismatch"
    sentence = (
        "Les poids des communes sont des dix-millièmes, un par commune ({communes}), chacun d'au moins 1, et font "
        "10 000 en tout ({weights})."
    )


class UnknownContainer(Invalid):
    code = "unknown-container"
    sentence = "Aucune opération ne porte la référence {reference}."


class PlanOutOfOrder(Invalid):
    code = "plan-out-of-order"
    sentence = "Le démarrage prévu ({starts_on}) est postérieur à la livraison prévue ({delivers_on})."
    structural = False


class OutsideTerritory(BrokenRule):
    code = "outside-territory"
    sentence = (
        "Aucune des communes ({communes}) n'est membre de l'agglomération, et l'opération ne relève d'aucune "
        "convention que l'agglomération pilote."
    )
    structural = True


class TooManyInhabitants(BrokenRule):
    code = "too-many-inhabitants"
    sentence = (
        "Le thème « centres ruraux » est réservé aux communes de moins de 5 000 habitants : {commune} en compte "
        "{inhabitants} (population municipale {vintage}). Un motif vaut dérogation."
    )


class SameOwner(BrokenRule):
    code = "same-owner"
    sentence = "{owner} est déjà maître d'ouvrage de l'opération."
