"""The closed lists of the domain: the code that is stored, and the French label that people read.

A code is forever, since events hold it; a label may be reworded. The order of a list is the order on screen.
RG = règlement général de l'ANRU for the NPNRU (arrêté of 15-9-2014, annex). "House term" = named here, not by a source.
"""

from typing import Final, Literal

Theme = Literal["social_housing", "mining", "tramway", "rural_centre"]
# The four kinds of territory of the agglomeration's urban-renewal policy; totals go by theme.
THEMES: Final[dict[Theme, str]] = {
    # Social-housing districts: the ground of PNRU and NPNRU.
    "social_housing": "Quartiers d'habitat social",
    # Mining estates, among them those of the Engagement pour le renouveau du bassin minier (7-3-2017).
    "mining": "Cités minières",
    # Sites along the tramway lines, and the lines themselves.
    "tramway": "Sites desservis par le tramway",
    # Centres of communes under 5,000 inhabitants (INSEE population municipale, see territory.py).
    "rural_centre": "Centres-bourgs des communes de moins de 5 000 habitants",
}

Family = Literal[
    "demolition",
    "housing_production",
    "change_of_use",
    "social_housing_upgrade",
    "residentialisation",
    "public_space",
    "public_facility",
    "commercial_space",
    "private_housing",
    "engineering",
    "project_management",
    "other",
]
# What the operation does. PNRU counts 12 families: its names 01 to 04 were read, the rest follows the NPNRU families.
FAMILIES: Final[dict[Family, str]] = {
    # PNRU family 01; NPNRU: demolition.
    "demolition": "Démolition de logements sociaux",
    # PNRU family 02; NPNRU: production.
    "housing_production": "Production de logements sociaux",
    # PNRU family 03: dwellings put to another use.
    "change_of_use": "Changement d'usage",
    # PNRU family 04; NPNRU: rehabilitation.
    "social_housing_upgrade": "Requalification de logements sociaux",
    # NPNRU: plot definition, the ground of a building set apart from the public ground.
    "residentialisation": "Résidentialisation",
    # NPNRU: development (streets, squares, networks).
    "public_space": "Aménagement et espaces publics",
    # NPNRU: public facilities.
    "public_facility": "Équipements publics",
    # NPNRU: business premises.
    "commercial_space": "Locaux d'activité et commerces",
    # OPAH-RU and PNRQAD: old private housing.
    "private_housing": "Habitat privé",
    # RG II.1: studies and engineering, aided at 50 % or less.
    "engineering": "Études et ingénierie",
    # House term: the team that leads the project.
    "project_management": "Conduite de projet",
    # House term: whatever a source names otherwise.
    "other": "Autre",
}

Instrument = Literal["grant", "loan", "own_funds", "in_kind", "mixed"]
# How money is brought. Loans are never added to the rest.
INSTRUMENTS: Final[dict[Instrument, str]] = {
    # Money given by a formal decision (RG III.5, décision attributive de subvention).
    "grant": "Subvention",
    # Money to be paid back; stands apart in every total.
    "loan": "Prêt",
    # The owner's own share.
    "own_funds": "Fonds propres",
    # Land, staff or works brought instead of money, at a stated value.
    "in_kind": "Apport en nature",
    # One published figure for grants and loans (NPNRU « concours financiers »): cannot be split, counts whole, marked.
    "mixed": "Subventions et prêts confondus",
}

PaymentKind = Literal["advance", "interim", "balance"]
# What a payment is for. Money that goes back is a repayment (reversement), and has no kind.
PAYMENT_KINDS: Final[dict[PaymentKind, str]] = {
    # Before the works it pays for; existed under PNRU, abolished under NPNRU.
    "advance": "Avance",
    # For works done, upon proof.
    "interim": "Acompte",
    # The last one of its line, after delivery or abandonment.
    "balance": "Solde",
}

PriorityGeneration = Literal["ZUS", "QP", "QN"]
# Priority areas of the town policy, by generation; their dates are in priority_generations.csv.
PRIORITY_GENERATIONS: Final[dict[PriorityGeneration, str]] = {
    # Until 2014.
    "ZUS": "Zone urbaine sensible",
    # Décret 2014-1750.
    "QP": "Quartier prioritaire de la politique de la ville (2015-2023)",
    # Décret 2023-1314.
    "QN": "Quartier prioritaire de la politique de la ville (depuis 2024)",
}

TerritorialPlan = Literal["SCOT", "PTCS", "PLH"]
# What an operation has to fit in with (RG annex: articulation with PLH and SCOT; PTCS of 6-6-2011).
TERRITORIAL_PLANS: Final[dict[TerritorialPlan, str]] = {
    # Code de l'urbanisme.
    "SCOT": "Schéma de cohérence territoriale",
    # Projet, not plan: validated by State, CAF, Department, Region, communes and agglomeration.
    "PTCS": "Projet territorial de cohésion sociale",
    # Code de la construction et de l'habitation.
    "PLH": "Programme local de l'habitat",
}

Verdict = Literal["aligned", "partial", "not_aligned"]
# How an operation fits in with a version of a plan. House terms.
VERDICTS: Final[dict[Verdict, str]] = {
    # It carries out an orientation of the plan.
    "aligned": "Conforme",
    # In part.
    "partial": "Partiellement conforme",
    # It goes against it, or outside it.
    "not_aligned": "Non conforme",
}

CostBasis = Literal["excl_tax", "incl_tax", "not_stated"]
# The tax basis of every amount of an operation (RG II.1: the ANRU base is excluding tax).
COST_BASES: Final[dict[CostBasis, str]] = {
    # Excluding VAT.
    "excl_tax": "HT",
    # Including VAT.
    "incl_tax": "TTC",
    # The source gives a figure without its basis.
    "not_stated": "base fiscale non précisée",
}

PartnerKind = Literal[
    "state_anru",
    "state_other",
    "anah",
    "region",
    "department",
    "epci",
    "commune",
    "social_landlord",
    "caisse_des_depots",
    "action_logement",
    "fonciere_logement",
    "eu",
    "other",
]
# Every kind but `eu` is a party of the agglomeration's NPNRU agreement of 2019.
PARTNER_KINDS: Final[dict[PartnerKind, str]] = {
    # Agence nationale pour la rénovation urbaine (loi 2003-710).
    "state_anru": "État (ANRU)",
    # The State itself, its other funds and establishments.
    "state_other": "État (hors ANRU et Anah)",
    # Agence nationale de l'habitat; its aid stays its own where the agglomeration decides it by delegation.
    "anah": "Anah",
    # Regional council.
    "region": "Région",
    # Departmental council.
    "department": "Département",
    # Public body of inter-municipal cooperation with its own taxes.
    "epci": "Intercommunalité",
    # Town or village.
    "commune": "Commune",
    # Owner of social housing (bailleur social).
    "social_landlord": "Bailleur social",
    # Caisse des dépôts et consignations.
    "caisse_des_depots": "Caisse des dépôts",
    # Employers' and unions' housing fund.
    "action_logement": "Action Logement",
    # Its association for mixed housing.
    "fonciere_logement": "Foncière Logement",
    # European Union, through its funds: FEDER on three mining estates.
    "eu": "Union européenne",
    # Transport authority, association, company.
    "other": "Autre partenaire",
}

AgreementKind = Literal["protocol", "convention", "local_interest"]
# RG, title III.2.
AGREEMENT_KINDS: Final[dict[AgreementKind, str]] = {
    # Preliminary agreement: studies before the agreement itself.
    "protocol": "Protocole de préfiguration",
    # The agreement that contains operations and sets money aside for them.
    "convention": "Convention",
    # Agreement for a district of regional interest.
    "local_interest": "Convention d'intérêt local",
}

Phase = Literal["planned", "partly_funded", "funded", "started", "delivered", "closed", "suspended", "abandoned"]
# Derived from the events, never set. Planned, funded, started, delivered are the four public stages.
PHASES: Final[dict[Phase, str]] = {
    # Decided or announced; no money yet.
    "planned": "Programmée",
    # Some funding, or funding against an unknown cost.
    "partly_funded": "Partiellement financée",
    # Net commitments reach the cost.
    "funded": "Financée",
    # Works order or first day of site.
    "started": "Démarrée",
    # Accepted and handed over; an inauguration is not a delivery.
    "delivered": "Livrée",
    # Accounts settled: every line paid or taken back.
    "closed": "Clôturée",
    # Stopped for a time.
    "suspended": "Suspendue",
    # Given up by a decision.
    "abandoned": "Abandonnée",
}

AssistanceKind = Literal["operational", "financial"]
# How the authority helps a commune (assistance aux communes).
ASSISTANCE_KINDS: Final[dict[AssistanceKind, str]] = {
    # Staff time, in days.
    "operational": "Assistance opérationnelle",
    # Money, in cents; FSIC, instituted on 30-4-2011.
    "financial": "Assistance financière",
}

Role = Literal["team", "partner", "auditor", "admin"]
# Access to this application, not a part played in an operation. House terms.
ROLES: Final[dict[Role, str]] = {
    # Records what happens on operations.
    "team": "Équipe projet",
    # Reads its own operations and commitments.
    "partner": "Partenaire",
    # Reads everything, writes nothing.
    "auditor": "Auditeur",
    # Keeps partners and tokens.
    "admin": "Administrateur",
}

Output = Literal[
    "demolished",
    "built",
    "rehabilitated",
    "residentialised",
    "facilities",
    "households_to_rehouse",
    "households_rehoused",
]
# What an operation produces, counted in whole dwellings, facilities or households. Terms of the PNRU agreements.
OUTPUTS: Final[dict[Output, str]] = {
    # Dwellings taken down.
    "demolished": "Logements démolis",
    # Dwellings built or rebuilt.
    "built": "Logements construits",
    # Dwellings renovated.
    "rehabilitated": "Logements réhabilités",
    # Dwellings whose plot was defined.
    "residentialised": "Logements résidentialisés",
    # Public facilities, not dwellings.
    "facilities": "Équipements",
    # Households that must be rehoused, running total.
    "households_to_rehouse": "Ménages à reloger",
    # Households already rehoused, running total.
    "households_rehoused": "Ménages relogés",
}
