"""Refusals: why the ledger says no. Each has a stable `code`, a French sentence, and the values that explain it.

    Refusal
    ├── NotFound            what was asked for does not exist                        404
    ├── Invalid             one fact of the command cannot be true; names its field  422
    ├── BrokenRule          the facts are fine, a rule of the house forbids them     409
    ├── KeyReused           the idempotency key already served for something else    422
    ├── VersionConflict     somebody else recorded first                             412
    └── TooManyWriters      others keep recording on the same aggregate              409

The HTTP status is chosen in one place, `api/http/problems.py`. A refused command has changed nothing.
"""

from typing import Any, ClassVar, Self

from domain.dates import PartialDate


class Refusal(Exception):
    """The ledger says no; nothing was recorded.

    code: stable name of the rule, part of the problem's address for ever.
    sentence: the rule in French; `{name}` stands for one of the values.
    structural: holds for imported history too; the others become flags there.
    """

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "Refusé."
    structural: ClassVar[bool] = True

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.sentence.format(**{name: spoken(value) for name, value in values.items()}))


def spoken(value: object) -> str:
    """A value as a French sentence shows it."""
    if isinstance(value, PartialDate):
        return value.french()
    if isinstance(value, (list, tuple)):
        return ", ".join(map(spoken, value))
    return str(value)


class NotFound(Refusal):
    code = "not-found"


class UnknownOperation(NotFound):
    code = "unknown-operation"
    sentence = "Aucune opération ne porte la référence {reference}."


class UnknownAgreement(NotFound):
    code = "unknown-agreement"
    sentence = "Aucune convention ne porte la référence {reference}."


class UnknownToken(NotFound):
    code = "unknown-token"
    sentence = "Aucun jeton ne porte l'identifiant {token}."


class Invalid(Refusal):
    """One fact of the command cannot be true; `field` names it as the command does."""

    code = "invalid"

    def __init__(self, *, field: str, **values: Any) -> None:
        super().__init__(**values)
        self.field = field

    def about(self, field: str) -> Self:
        """The same refusal, about another field: what a correction changes is named `changes.<field>`."""
        return type(self)(field=field, **self.values)


class UnknownCommune(Invalid):
    code = "unknown-commune"
    sentence = "La commune {insee} n'est pas dans la liste de référence (code INSEE)."


class NoCommune(Invalid):
    code = "no-commune"
    sentence = "Une opération couvre au moins une commune, ou tout le territoire (territory_wide)."


class UnknownPartner(Invalid):
    code = "unknown-partner"
    sentence = "Aucun partenaire ne porte le code {partner}."


class UnknownProgramme(Invalid):
    code = "unknown-programme"
    sentence = "Aucun programme ne porte le code {programme}."


class UnknownContainer(Invalid):
    code = "unknown-container"
    sentence = "Aucune opération ne porte la référence {reference}."


class UnknownFrame(Invalid):
    code = "unknown-frame"
    sentence = "Aucune convention ne porte la référence {reference}."


class UnknownMilestone(Invalid):
    code = "unknown-milestone"
    sentence = "L'opération n'a pas de jalon {milestone}."


class UnknownEntry(Invalid):
    code = "unknown-entry"
    sentence = "L'opération n'a pas d'écriture n° {version}."


class FutureDate(Invalid):
    code = "future-date"
    sentence = "Le fait ({on}) est daté d'après aujourd'hui ({today}) : seules des échéances peuvent être à venir."


class UndatedFact(Invalid):
    code = "undated-fact"
    sentence = "La date du fait est obligatoire ; seule une reprise d'archives peut l'ignorer."


class AmountNotPositive(Invalid):
    code = "amount-not-positive"
    sentence = "Le montant doit être strictement positif ({amount_cents} centimes)."


class AmountTooLarge(Invalid):
    code = "amount-too-large"
    sentence = "Le montant dépasse tout ce qui peut être enregistré ({amount_cents} centimes, {most_cents} au plus)."


class CountOutOfBounds(Invalid):
    code = "count-out-of-bounds"
    sentence = "Un nombre va de 0 à {most} ({name} : {count})."


class YearOutOfBounds(Invalid):
    code = "year-out-of-bounds"
    sentence = "Une année va de {first} à {last} ({year})."


class TextOutOfBounds(Invalid):
    code = "text-out-of-bounds"
    sentence = "Le texte doit compter de {least} à {most} caractères, sans caractère nul."


class PromiseUndated(Invalid):
    code = "promise-undated"
    sentence = "Une échéance ne peut pas être de date inconnue."


class ScheduleMismatch(Invalid):
    code = "schedule-mismatch"
    sentence = "L'échéancier totalise {scheduled_cents} centimes au lieu de {amount_cents}."


class RepeatedValue(Invalid):
    code = "repeated-value"
    sentence = "{value} est cité deux fois."


class PlanOutOfOrder(Invalid):
    code = "plan-out-of-order"
    sentence = "Le démarrage prévu ({starts_on}) est postérieur à la livraison prévue ({delivers_on})."
    structural = False


class NothingToChange(Invalid):
    code = "nothing-to-change"
    sentence = "La commande ne change rien."


class ReasonMissing(Invalid):
    code = "reason-missing"
    sentence = "Un motif est obligatoire."
    structural = False


class NotCorrectable(Invalid):
    code = "not-correctable"
    sentence = "L'écriture n° {version} n'a pas de champ {name} que l'on puisse rectifier."


class UnreadableChange(Invalid):
    code = "unreadable-change"
    sentence = "La nouvelle valeur de {name} est illisible : {problem}."


class BrokenRule(Refusal):
    code = "business-rule"
    structural = False


class ReferenceTaken(BrokenRule):
    code = "reference-taken"
    sentence = "La référence {reference} est déjà prise."
    structural = True


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


class SameOwner(BrokenRule):
    code = "same-owner"
    sentence = "{owner} est déjà maître d'ouvrage de l'opération."


class SameProgramme(BrokenRule):
    code = "same-programme"
    sentence = "L'opération relève déjà de {programme}."


class NoProgramme(BrokenRule):
    code = "no-programme"
    sentence = "L'opération ne relève d'aucun programme."


class MilestoneTaken(BrokenRule):
    code = "milestone-taken"
    sentence = "L'opération a déjà un jalon {milestone}."
    structural = True


class MilestoneClosed(BrokenRule):
    code = "milestone-closed"
    sentence = "Le jalon {milestone} est déjà atteint ou supprimé."


class AlreadySigned(BrokenRule):
    code = "already-signed"
    sentence = "La convention {reference} est déjà signée ({since})."


class AlreadyVoided(BrokenRule):
    code = "already-voided"
    sentence = "L'écriture n° {version} est déjà annulée."
    structural = True


class NotVoidable(BrokenRule):
    code = "not-voidable"
    sentence = "L'écriture n° {version} ne peut pas être annulée ni rectifiée : {why}."
    structural = True


class EntriesInTheWay(BrokenRule):
    """versions: the entries that would break a rule. blocking: each with the rule's own sentence."""

    code = "entries-in-the-way"
    sentence = "Des écritures s'y opposent. {blocking}."
    structural = True


class AlreadyRevoked(BrokenRule):
    code = "already-revoked"
    sentence = "Le jeton {token} est déjà révoqué."
    structural = True


class KeyReused(Refusal):
    """The same idempotency key came with another body."""

    code = "idempotency-key-reused"
    sentence = "Cette clé d'idempotence a déjà servi pour une autre demande."


class VersionConflict(Refusal):
    """The caller's expected version is not the current one."""

    code = "version-conflict"
    sentence = "La version attendue est {expected}, la version actuelle est {current}."


class TooManyWriters(Refusal):
    """Others recorded on the same aggregate before us, several times in a row; trying again later may succeed."""

    code = "too-many-writers"
    sentence = "D'autres écritures sont arrivées en même temps sur {reference} : recommencez."
