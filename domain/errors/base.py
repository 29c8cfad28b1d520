"""The families of refusals, and what every one carries."""

from typing import Any, ClassVar, Self

from domain.dates import PartialDate
from domain.french import euros


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
        super().__init__(self.sentence.format(**{name: spoken(name, value) for name, value in values.items()}))


def spoken(name: str, value: object) -> str:
    """A value as a French sentence shows it; amounts in euros, though `values` keeps the cents."""
    if isinstance(value, PartialDate):
        return value.french()
    if isinstance(value, (list, tuple)):
        return ", ".join(spoken(name, each) for each in value)
    return euros(value) if name.endswith("_cents") and isinstance(value, int) else str(value)


class NotFound(Refusal):
    code = "not-found"


class Invalid(Refusal):
    """One fact of the command cannot be true; `field` names it as the command does."""

    code = "invalid"

    def __init__(self, *, field: str, **values: Any) -> None:
        super().__init__(**values)
        self.field = field

    def about(self, field: str) -> Self:
        """The same refusal, about another field: what a correction changes is named `changes.<field>`."""
        return type(self)(field=field, **self.values)


class BrokenRule(Refusal):
    code = "business-rule"
    structural = False


class KeyReused(Refusal):
    """The same idempotency key came with another body."""

    code = "idempotency-key-reused"
    sentence = "Cette clé d'idempotence a déjà servi pour une autre demande."


class CommandInFlight(Refusal):
    """A copy of the command is still being recorded; the same key gets its answer in a moment."""

    code = "idempotency-in-flight"
    sentence = "La même demande, avec la même clé d'idempotence, est encore en cours : recommencez dans un instant."


class VersionConflict(Refusal):
    """The caller's expected version is not the current one."""

    code = "version-conflict"
    sentence = "La version attendue est {expected}, la version actuelle est {current}."


class TooManyWriters(Refusal):
    """Others recorded on the same aggregate before us, several times in a row; trying again later may succeed."""

    code = "too-many-writers"
    sentence = "D'autres écritures sont arrivées en même temps sur {reference} : recommencez."
