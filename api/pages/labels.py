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
    "allocated_cents": _("Affecté"),
    "agreements": _("conventions"),
    "allocations": _("affectations"),
    "amendments": _("avenants"),
    "amount_cents": _("Montant"),
    "as_known_on": _("Connue le"),
    "as_true_on": _("Vraie au"),
    "authority": _("Autorité qui l'accorde"),
    "balance": _("équilibre"),
    "built": _("Logements construits"),
    "by_partner": _("par partenaire"),
    "changes": _("Ce qui change"),
    "code": _("Code"),
    "committed_cents": _("Engagé"),
    "commune": _("Commune"),
    "communes": _("Communes"),
    "cost_basis": _("Base fiscale"),
    "cost_cents": _("Coût"),
    "days": _("Jours"),
    "days_late": _("Jours de retard"),
    "days_late_initially": _("Jours de retard sur le premier calendrier"),
    "decision_ref": _("Décision"),
    "delivers_on": _("Livraison prévue"),
    "delivery_actual": _("Livraison réelle"),
    "delivery_current": _("Livraison prévue"),
    "delivery_initial": _("Livraison promise d'abord"),
    "delivery_slip_days": _("Décalage de la livraison (jours)"),
    "demolished": _("Logements démolis"),
    "detail": _("Précisions"),
    "documents": _("Pièces"),
    "due_on": _("Échéance"),
    "effort": _("effort"),
    "entries": _("chronologie"),
    "expected_resume_on": _("Reprise attendue"),
    "expires_on": _("Expire le"),
    "external_ref": _("Référence du versement"),
    "facilities": _("Équipements"),
    "family": _("Famille"),
    "final_cost_cents": _("Coût définitif"),
    "funded": _("financements croisés"),
    "generation": _("Génération"),
    "households_rehoused": _("Ménages relogés"),
    "households_to_rehouse": _("Ménages à reloger"),
    "in_full": _("Lues en entier"),
    "instrument": _("Nature"),
    "kind": _("Type"),
    "kinds": _("par type de partenaire"),
    "label": _("Intitulé"),
    "late": _("En retard"),
    "latest": _("écritures"),
    "late_initially": _("En retard sur le premier calendrier"),
    "leader": _("Chef de file"),
    "line": _("Ligne"),
    "lines": _("lignes"),
    "list_ref": _("Référence de la liste"),
    "loans_cents": _("Prêts (à part)"),
    "measure": _("Carte"),
    "name": _("Nom"),
    "next": _("prochains jalons"),
    "number": _("Numéro"),
    "on": _("Date"),
    "operations": _("opérations"),
    "order_ref": _("Ordre de service"),
    "organisation": _("Organisation"),
    "organisations": _("Organisations"),
    "orientation": _("Orientation"),
    "other_names": _("Autres noms"),
    "other_themes": _("Autres thèmes"),
    "outputs": _("Réalisations"),
    "outside": _("hors du territoire"),
    "owner": _("Maître d'ouvrage"),
    "paid_cents": _("Payé"),
    "part_of": _("Fait partie de"),
    "partner": _("Partenaire"),
    "partners": _("par partenaire"),
    "phase": _("Phase"),
    "phase_label": _("Phase"),
    "phases": _("par phase"),
    "plan": _("Document de planification"),
    "plan_version": _("Version du document"),
    "planned_on": _("Programmée"),
    "position": _("Position"),
    "programme": _("Programme"),
    "programmes": _("par programme"),
    "q": _("Mots"),
    "reason": _("Motif"),
    "recorded_at": _("Enregistrée le"),
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
    "start_actual": _("Démarrage réel"),
    "start_current": _("Démarrage prévu"),
    "start_initial": _("Démarrage promis d'abord"),
    "start_slip_days": _("Décalage du démarrage (jours)"),
    "starts_on": _("Démarrage prévu"),
    "statement": _("Situation arrêtée"),
    "steps": _("calendrier"),
    "subject": _("Objet"),
    "territory_wide": _("Tout le territoire"),
    "theme": _("Thème"),
    "theme_label": _("Thème"),
    "themes": _("par thème"),
    "title": _("Titre"),
    "to_commit_cents": _("À engager"),
    "to_pay_cents": _("À payer"),
    "token": _("Jeton"),
    "total_cents": _("Total"),
    "until": _("Jusqu'à"),
    "version": _("Version"),
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
