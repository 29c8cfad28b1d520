"""What fields are called on pages, by their names in the API, and the words for codes: once for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from domain import vocabulary

LABELS: Final[dict[str, LazyString]] = {
    "agreement": _("Convention"),
    "amount_cents": _("Montant"),
    "as_known_on": _("Connue le"),
    "as_true_on": _("Vraie au"),
    "authority": _("Autorité qui l'accorde"),
    "built": _("Logements construits"),
    "changes": _("Ce qui change"),
    "code": _("Code"),
    "commune": _("Commune"),
    "communes": _("Communes"),
    "cost_basis": _("Base fiscale"),
    "cost_cents": _("Coût"),
    "days": _("Jours"),
    "decision_ref": _("Décision"),
    "delivers_on": _("Livraison prévue"),
    "demolished": _("Logements démolis"),
    "documents": _("Pièces"),
    "due_on": _("Échéance"),
    "entries": _("chronologie"),
    "expected_resume_on": _("Reprise attendue"),
    "expires_on": _("Expire le"),
    "external_ref": _("Référence du versement"),
    "facilities": _("Équipements"),
    "family": _("Famille"),
    "final_cost_cents": _("Coût définitif"),
    "generation": _("Génération"),
    "households_rehoused": _("Ménages relogés"),
    "households_to_rehouse": _("Ménages à reloger"),
    "instrument": _("Nature"),
    "kind": _("Type"),
    "label": _("Intitulé"),
    "late": _("En retard"),
    "late_initially": _("En retard sur le premier calendrier"),
    "leader": _("Chef de file"),
    "line": _("Ligne"),
    "lines": _("lignes"),
    "list_ref": _("Référence de la liste"),
    "name": _("Nom"),
    "number": _("Numéro"),
    "on": _("Date"),
    "order_ref": _("Ordre de service"),
    "organisations": _("Organisations"),
    "orientation": _("Orientation"),
    "other_names": _("Autres noms"),
    "other_themes": _("Autres thèmes"),
    "outputs": _("Réalisations"),
    "owner": _("Maître d'ouvrage"),
    "part_of": _("Fait partie de"),
    "partner": _("Partenaire"),
    "partners": _("par partenaire"),
    "phase": _("Phase"),
    "plan": _("Document de planification"),
    "plan_version": _("Version du document"),
    "position": _("Position"),
    "programme": _("Programme"),
    "q": _("Mots"),
    "reason": _("Motif"),
    "ref": _("Adresse ou référence"),
    "reference": _("Référence"),
    "rehabilitated": _("Logements réhabilités"),
    "residentialised": _("Logements résidentialisés"),
    "role": _("Rôle"),
    "schedule": _("Échéancier"),
    "scheme": _("Dispositif"),
    "sha256": _("Empreinte SHA-256"),
    "shares": _("Parts"),
    "signatories": _("Signataires"),
    "since": _("Depuis"),
    "siren": _("SIREN"),
    "site": _("Quartier ou site"),
    "starts_on": _("Démarrage prévu"),
    "statement": _("Situation arrêtée"),
    "steps": _("calendrier"),
    "subject": _("Objet"),
    "territory_wide": _("Tout le territoire"),
    "theme": _("Thème"),
    "themes": _("par thème"),
    "title": _("Titre"),
    "token": _("Jeton"),
    "total_cents": _("Total"),
    "until": _("Jusqu'à"),
    "verdict": _("Avis"),
    "weights": _("Poids des communes"),
    "year": _("Année"),
    "years": _("par année"),
}

# Both families and kinds of partner have `other`: the shorter word does for both, so it comes last.
CODES: Final[tuple[Mapping[str, str], ...]] = tuple(
    cast("Mapping[str, str]", each)
    for each in (
        vocabulary.PARTNER_KINDS,
        vocabulary.THEMES,
        vocabulary.FAMILIES,
        vocabulary.INSTRUMENTS,
        vocabulary.PAYMENT_KINDS,
        vocabulary.PRIORITY_GENERATIONS,
        vocabulary.TERRITORIAL_PLANS,
        vocabulary.VERDICTS,
        vocabulary.COST_BASES,
        vocabulary.AGREEMENT_KINDS,
        vocabulary.PHASES,
        vocabulary.ASSISTANCE_KINDS,
        vocabulary.ROLES,
        vocabulary.OUTPUTS,
    )
)
WORDS: Final[dict[str, str]] = {code: label for each in CODES for code, label in each.items()}


def label(field: str) -> str:
    """What a field is called: the last part of a dotted name counts. A field without a label keeps its own name."""
    name = field.rpartition(".")[2]
    return str(LABELS.get(name, name))


def word(code: str | None) -> str:
    """A code of the closed lists as people say it, in the reader's language; a dash where there is none."""
    return gettext(WORDS.get(code, code)) if code else "–"
