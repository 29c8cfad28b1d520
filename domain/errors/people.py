"""Refusals: what is done for people."""

from domain.errors.base import BrokenRule, Invalid


class RehousedAboveNeed(Invalid):
    code = "rehoused-above-need"
    sentence = "Plus de ménages relogés ({rehoused}) que de ménages à reloger ({to_rehouse})."
    structural = False


class TotalFalls(BrokenRule):
    code = "running-total-falls"
    sentence = (
        "{name} est un total cumulé : {count} est inférieur à {earlier}, déjà déclaré. Une baisse se fait par "
        "rectification."
    )


class CommuneElsewhere(Invalid):
    code = "commune-elsewhere"
    sentence = "L'opération ne couvre pas la commune {insee}."


class AssistanceMismatch(Invalid):
    code = "assistance-mismatch"
    sentence = (
        "Une assistance opérationnelle se compte en jours, une assistance financière en centimes, jamais les deux."
    )


class DaysUnreadable(Invalid):
    code = "days-unreadable"
    sentence = "Les jours se comptent par demi-journée et s'écrivent de 0.5 à 9999.5, sans zéro inutile ({days})."
