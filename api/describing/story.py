"""The examples of bodies: what was, or could have been, told of real operations of the register, command by command.

Anzin-Carpeaux stands for the operations: programmed in February 2008 at 56 M€, of which ANRU set aside 17 M€ and the
Region 5 M€; 61 M€ excluding tax as the agglomeration published it later. The convention of 2019 stands for the
agreements. A test tells each of them to the record.
"""

from __future__ import annotations

from typing import Any, Final

CARPEAUX: Final = "PNRU-2008-ANZIN-CARPEAUX"
CONVENTION: Final = "NPNRU-2019-CONVENTION"
PRESS: Final = {
    "title": "Anzin signe son programme ANRU",
    "ref": "https://www.lagazettedescommunes.com/10327/nord-pas-de-calais-anzin-signe-son-programme-anru",
}

BODIES: Final[dict[str, dict[str, Any]]] = {
    "plan": {
        "reference": CARPEAUX,
        "title": "Anzin : rénovation urbaine du quartier Carpeaux",
        "communes": ["59014"],
        "owner": "cavm",
        "theme": "social_housing",
        "site": "Carpeaux",
        "programme": "PNRU",
        "cost_cents": 5_600_000_000,
        "cost_basis": "not_stated",
        "starts_on": "2008-09",
        "delivers_on": "2013-06",
        "outputs": {"demolished": 173, "built": 168, "rehabilitated": 131},
        "on": "2008-02",
        "documents": [PRESS],
    },
    "reschedule": {
        "delivers_on": "2014-06",
        "on": "2011-03-15",
        "reason": "Le relogement du foyer a pris un an de plus que prévu.",
    },
    "revise_cost": {
        "cost_cents": 6_100_000_000,
        "cost_basis": "excl_tax",
        "on": "2009-02",
        "reason": "Montant hors taxes publié par l'agglomération.",
    },
    "change_owner": {"owner": "sigh", "on": "2010-01", "reason": "Le bailleur reprend la maîtrise d'ouvrage."},
    "authorise_early_start": {"authority": "Préfet du Nord, délégué territorial de l'ANRU", "on": "2008-03"},
    "start": {"on": "2008-11-20", "order_ref": "OS n° 1"},
    "suspend": {"on": "2010-05-03", "reason": "Fouilles archéologiques.", "expected_resume_on": "2010-09"},
    "resume": {"on": "2010-09-06"},
    "deliver": {"on": "2013-06-30", "outputs": {"demolished": 173, "built": 168, "rehabilitated": 131}},
    "abandon": {"on": "2010-05", "reason": "Le propriétaire ne vend pas."},
    "close": {"on": "2015-12-18", "final_cost_cents": 5_600_000_000},
    "allocate": {
        "partner": "anru",
        "instrument": "grant",
        "amount_cents": 1_700_000_000,
        "decision_ref": "Convention PNRU d'Anzin",
        "on": "2008-02",
    },
    "commit": {
        "partner": "anru",
        "instrument": "grant",
        "amount_cents": 900_000_000,
        "decision_ref": "Décision attributive n° 1",
        "schedule": [
            {"year": 2008, "amount_cents": 300_000_000},
            {"year": 2009, "amount_cents": 600_000_000},
        ],
        "on": "2008-06-12",
    },
    "set_financing_plan": {
        "total_cents": 5_600_000_000,
        "shares": [
            {"partner": "anru", "amount_cents": 1_700_000_000, "instrument": "grant"},
            {"partner": "region", "amount_cents": 500_000_000, "instrument": "grant"},
        ],
        "on": "2008-02",
    },
    "revise_commitment": {
        "amount_cents": 1_000_000_000,
        "decision_ref": "Décision attributive n° 2",
        "on": "2009-10-05",
        "reason": "Les travaux de la deuxième tranche sont compris.",
    },
    "decommit": {"amount_cents": 50_000_000, "on": "2014-01-20", "reason": "Le chantier a coûté moins que prévu."},
    "revise_schedule": {
        "schedule": [
            {"year": 2009, "amount_cents": 400_000_000},
            {"year": 2010, "amount_cents": 500_000_000},
        ],
        "on": "2009-01-15",
        "reason": "Le chantier a commencé plus tard que prévu.",
    },
    "take_back": {"amount_cents": 100_000_000, "on": "2012-06", "reason": "Une démolition est abandonnée."},
    "request_payment": {"line": "L2", "kind": "interim", "amount_cents": 120_000_000, "on": "2009-04-30"},
    "pay": {
        "line": "L2",
        "kind": "interim",
        "amount_cents": 120_000_000,
        "external_ref": "ANRU-2009-00417",
        "on": "2009-05-28",
    },
    "repay": {"line": "L2", "amount_cents": 1_000_000, "on": "2010-02-11", "reason": "Une facture comptée deux fois."},
    "report_rehousing": {"households_to_rehouse": 173, "households_rehoused": 96, "on": "2009-12"},
    "assist": {
        "commune": "59014",
        "kind": "operational",
        "subject": "Conduite de la consultation des habitants.",
        "days": "2.5",
        "on": "2009-03",
    },
    "milestone": {"code": "permis", "label": "Permis de démolir", "due_on": "2008-07", "on": "2008-07-18"},
    "reach_milestone": {"on": "2008-10-02"},
    "reschedule_milestone": {"due_on": "2008-10", "on": "2008-07-01", "reason": "Le dossier est à compléter."},
    "drop_milestone": {"on": "2008-09", "reason": "Un seul permis suffit pour les deux tranches."},
    "attach": {"programme": "PNRU", "on": "2008-02"},
    "detach": {"on": "2009-01", "reason": "L'opération sort de la convention."},
    "assess_coherence": {
        "plan": "PLH",
        "plan_version": "2008-2013",
        "verdict": "aligned",
        "orientation": "Reconstituer l'offre sociale dans la commune.",
        "on": "2008-02",
    },
    "assess_priority_area": {
        "generation": "ZUS",
        "code": "CARPEAUX",
        "list_ref": "Liste des zones urbaines sensibles, décret du 26 décembre 1996",
        "on": "2008-02",
    },
    "correct": {
        "changes": {"delivers_on": "2013-12"},
        "reason": "La convention dit décembre, non juin.",
    },
    "void": {"reason": "Saisi deux fois."},
    "sign": {
        "reference": CONVENTION,
        "title": "NPNRU : convention pluriannuelle de Valenciennes Métropole",
        "kind": "convention",
        "leader": "cavm",
        "signatories": ["anru", "region", "departement"],
        "programme": "NPNRU",
        "theme": "social_housing",
        "communes": ["59606", "59014", "59153", "59383", "59564"],
        "cost_cents": 35_600_000_000,
        "on": "2018-06-27",
    },
    "allocate_to_agreement": {
        "partner": "anru",
        "instrument": "mixed",
        "amount_cents": 8_670_000_000,
        "decision_ref": "Déclaration d'engagement : concours maximum, subventions et prêts",
        "on": "2018-06-27",
    },
    "amend": {
        "number": 1,
        "title": "Avenant n° 1",
        "changes": [
            {"kind": "reschedule", "operation": "NPNRU-2019-CHASSE-ROYALE", "delivers_on": "2028-12"},
            {
                "kind": "transfer",
                "from_operation": "NPNRU-2019-CHASSE-ROYALE",
                "from_line": "L1",
                "to_operation": "NPNRU-2019-MARLY-BRIQUETTE",
                "to_line": "L1",
                "amount_cents": 50_000_000,
            },
        ],
        "on": "2023-03-21",
        "reason": "Revue de projet de mars 2023.",
    },
    "correct_agreement": {"changes": {"cost_cents": 35_500_000_000}, "reason": "Erreur de frappe."},
    "void_agreement_entry": {"reason": "Saisi deux fois."},
    "register": {
        "code": "hauts-de-france-habitat",
        "name": "Hauts-de-France Habitat",
        "kind": "social_landlord",
        "other_names": ["HDF Habitat"],
    },
    "make_statement": {"code": "comite-mars", "title": "Comité du 12 mars", "on": "2012-03-12"},
    "open_account": {"name": "Chargée de mission ANRU", "role": "partner", "organisations": ["anru"]},
    "change_account": {"organisations": ["anru", "anah"], "reason": "Suit aussi l'habitat privé."},
    "close_account": {"reason": "A quitté ses fonctions."},
    "grant_token": {"organisations": ["anru"], "expires_on": "2027-12-31"},
    "revoke_token": {"reason": "Le poste a été volé."},
}
"""By the name that programs call the command by."""
