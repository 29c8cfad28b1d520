"""How the facts of an entry and their values read in French: « coût », « 56 000 000 € », « février 2008 »."""

from __future__ import annotations

from typing import Any

from domain.dates import PartialDate
from domain.french import NO_BREAK, euros
from domain.money import PlannedShare
from domain.outputs import Outputs
from domain.programmes import programme as known_programme
from domain.territory import commune
from domain.vocabulary import (
    AGREEMENT_KINDS,
    ASSISTANCE_KINDS,
    COST_BASES,
    FAMILIES,
    INSTRUMENTS,
    OUTPUTS,
    PAYMENT_KINDS,
    THEMES,
    VERDICTS,
)

NOTHING = "non renseigné"

# What the facts of an entry are called.
WORDS = {
    "agreement": "convention",
    "amount_cents": "montant",
    "authority": "autorité",
    "commune": "commune",
    "communes": "communes",
    "cost_basis": "base du coût",
    "cost_cents": "coût",
    "days": "jours",
    "decision_ref": "décision",
    "delivers_on": "livraison",
    "due_on": "échéance",
    "expected_resume_on": "reprise attendue",
    "external_ref": "référence",
    "family": "famille",
    "final_cost_cents": "coût final",
    "households_rehoused": "ménages relogés",
    "households_to_rehouse": "ménages à reloger",
    "instrument": "nature",
    "kind": "nature",
    "leader": "pilote",
    "line": "ligne",
    "generation": "génération",
    "list_ref": "liste",
    "on": "date du fait",
    "operations": "opérations",
    "orientation": "orientation",
    "order_ref": "ordre de service",
    "other_themes": "autres thèmes",
    "outputs": "réalisations",
    "owner": "maître d'ouvrage",
    "part_of": "fait partie de",
    "partner": "partenaire",
    "plan": "document",
    "plan_version": "version",
    "programme": "programme",
    "reason": "motif",
    "schedule": "échéancier",
    "scheme": "dispositif",
    "shares": "parts",
    "signatories": "signataires",
    "site": "site",
    "starts_on": "démarrage",
    "subject": "objet",
    "territory_wide": "tout le territoire",
    "theme": "thème",
    "title": "intitulé",
    "verdict": "appréciation",
    "weights": "poids des communes",
    "total_cents": "total",
}

# Stored codes that have a French label, by the name of the fact.
LABELS: dict[str, dict[Any, str]] = {
    "cost_basis": dict(COST_BASES),
    "family": dict(FAMILIES),
    "instrument": dict(INSTRUMENTS),
    "kind": {**AGREEMENT_KINDS, **ASSISTANCE_KINDS, **PAYMENT_KINDS},
    "theme": dict(THEMES),
    "verdict": dict(VERDICTS),
    "other_themes": dict(THEMES),
}


def spoken(name: str, value: Any) -> str:
    """The value of a fact as people read it."""
    if value is None or value == () or value == "":
        return NOTHING
    if isinstance(value, str):
        return of_text(name, value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, PartialDate):
        return value.french()
    if isinstance(value, int) and name.endswith("_cents"):
        return euros(value)
    if isinstance(value, Outputs):
        return outputs(value)
    if name == "schedule":
        return ", ".join(f"{instalment.year} : {euros(instalment.amount_cents)}" for instalment in value)
    if isinstance(value, PlannedShare):
        return f"{value.partner} : {euros(value.amount_cents)} ({INSTRUMENTS[value.instrument].lower()})"
    if name == "weights":
        return ", ".join(percent(weight) for weight in value)
    if isinstance(value, tuple):
        return ", ".join(spoken(name, each) for each in value)
    return LABELS.get(name, {}).get(value, str(value))


def of_text(name: str, value: str) -> str:
    """A code by its label, a name as it is."""
    if name == "days":
        return value.replace(".", ",")
    if name in ("commune", "communes"):
        return known.name if (known := commune(value)) else value
    if name == "programme" and (framework := known_programme(value)) and framework.tied_to:
        return f"{value} (avec {framework.tied_to})"
    return LABELS[name].get(value, value) if name in LABELS else value


def percent(weight: int) -> str:
    """« 33,34 % » for 3,334 ten-thousandths."""
    return f"{weight / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",") + f"{NO_BREAK}%"


def outputs(counted: Outputs) -> str:
    """« Logements démolis : 33, logements construits : 48 »."""
    counts = ((word, getattr(counted, name)) for name, word in OUTPUTS.items())
    return ", ".join(f"{word[0].lower()}{word[1:]} : {count}" for word, count in counts if count is not None)
