"""Refusals: why the ledger says no. Each has a stable `code`, a French sentence, and the values that explain it.

    Refusal
    ├── NotFound            what was asked for does not exist                        404
    ├── Invalid             one fact of the command cannot be true; names its field  422
    ├── BrokenRule          the facts are fine, a rule of the house forbids them     409
    ├── KeyReused           the idempotency key already served for something else    422
    ├── CommandInFlight     a copy of the command is still being recorded            409
    ├── VersionConflict     somebody else recorded first                             412
    └── TooManyWriters      others keep recording on the same aggregate              409

The HTTP status is chosen in one place, `api/http/problems.py`. A refused command has changed nothing.

Each stands in the file of its subject, named as in `domain/events/`; the families in base.py, what any fact may meet in
entries.py.
"""

from domain.errors.access import (
    AlreadyRevoked,
    ClosedAccount,
    ExpiryPast,
    NoOrganisation,
    OrganisationNotHeld,
    UnknownAccount,
    UnknownToken,
)
from domain.errors.agreements import AlreadySigned, UnknownAgreement, UnknownFrame
from domain.errors.amendments import (
    AmendmentOutOfOrder,
    AmendmentTaken,
    NotInAgreement,
    NumberBelowOne,
    SameOperation,
    TransferMismatch,
    UnknownAmendedOperation,
    UnknownAmendment,
)
from domain.errors.base import (
    BrokenRule,
    CommandInFlight,
    Invalid,
    KeyReused,
    NotFound,
    Refusal,
    TooManyWriters,
    VersionConflict,
)
from domain.errors.correcting import (
    AlreadyVoided,
    EntriesInTheWay,
    NotCorrectable,
    NotVoidable,
    UnknownEntry,
    UnreadableChange,
)
from domain.errors.entries import (
    CountOutOfBounds,
    FutureDate,
    NothingToChange,
    ReasonMissing,
    ReferenceTaken,
    RepeatedValue,
    TextOutOfBounds,
    UndatedFact,
)
from domain.errors.frame import GenerationNotInForce, NoProgramme, SameProgramme, UnknownProgramme
from domain.errors.funding import (
    AmountNotPositive,
    AmountTooLarge,
    ProgrammeClosed,
    ScheduleMismatch,
    SharesAboveTotal,
    YearOutOfBounds,
)
from domain.errors.lines import (
    AllocationInUse,
    CommittedBelowPaid,
    CreditBelowPaid,
    MoreThanAllocated,
    NotACommitment,
    NotAnAllocation,
    UnknownLine,
)
from domain.errors.milestones import MilestoneClosed, MilestoneTaken, PromiseUndated, UnknownMilestone
from domain.errors.partners import UnknownPartner
from domain.errors.payments import (
    AdvanceNotAllowed,
    BalanceAlreadyPaid,
    BalanceTooEarly,
    LineSettled,
    PaidAboveCommitted,
    PaymentRepeated,
    RepaidAbovePaid,
)
from domain.errors.people import AssistanceMismatch, CommuneElsewhere, DaysUnreadable, RehousedAboveNeed, TotalFalls
from domain.errors.planning import (
    NoCommune,
    OutsideTerritory,
    PlanOutOfOrder,
    SameOwner,
    TooManyInhabitants,
    UnknownCommune,
    UnknownContainer,
    UnknownOperation,
    WeightsMismatch,
)
from domain.errors.statements import CodeLikeADate, UnknownPosition
from domain.errors.works import (
    AlreadyAbandoned,
    AlreadyClosed,
    AlreadyDelivered,
    AlreadyStarted,
    ClosedBeforeEnd,
    DeliveredBeforeStart,
    FinalCostDiffers,
    LinesUnsettled,
    NotEnded,
    NotFunded,
    NotStarted,
    NotSuspended,
    OperationSuspended,
    ResumedBeforeSuspension,
)

__all__ = [
    "AdvanceNotAllowed",
    "AllocationInUse",
    "AlreadyAbandoned",
    "AlreadyClosed",
    "AlreadyDelivered",
    "AlreadyRevoked",
    "AlreadySigned",
    "AlreadyStarted",
    "AlreadyVoided",
    "AmendmentOutOfOrder",
    "AmendmentTaken",
    "AmountNotPositive",
    "AmountTooLarge",
    "AssistanceMismatch",
    "BalanceAlreadyPaid",
    "BalanceTooEarly",
    "BrokenRule",
    "ClosedAccount",
    "ClosedBeforeEnd",
    "CodeLikeADate",
    "CommandInFlight",
    "CommittedBelowPaid",
    "CommuneElsewhere",
    "CountOutOfBounds",
    "CreditBelowPaid",
    "DaysUnreadable",
    "DeliveredBeforeStart",
    "EntriesInTheWay",
    "ExpiryPast",
    "FinalCostDiffers",
    "FutureDate",
    "GenerationNotInForce",
    "Invalid",
    "KeyReused",
    "LineSettled",
    "LinesUnsettled",
    "MilestoneClosed",
    "MilestoneTaken",
    "MoreThanAllocated",
    "NoCommune",
    "NoOrganisation",
    "NoProgramme",
    "NotACommitment",
    "NotAnAllocation",
    "NotCorrectable",
    "NotEnded",
    "NotFound",
    "NotFunded",
    "NotInAgreement",
    "NotStarted",
    "NotSuspended",
    "NotVoidable",
    "NothingToChange",
    "NumberBelowOne",
    "OperationSuspended",
    "OrganisationNotHeld",
    "OutsideTerritory",
    "PaidAboveCommitted",
    "PaymentRepeated",
    "PlanOutOfOrder",
    "ProgrammeClosed",
    "PromiseUndated",
    "ReasonMissing",
    "ReferenceTaken",
    "Refusal",
    "RehousedAboveNeed",
    "RepaidAbovePaid",
    "RepeatedValue",
    "ResumedBeforeSuspension",
    "SameOperation",
    "SameOwner",
    "SameProgramme",
    "ScheduleMismatch",
    "SharesAboveTotal",
    "TextOutOfBounds",
    "TooManyInhabitants",
    "TooManyWriters",
    "TotalFalls",
    "TransferMismatch",
    "UndatedFact",
    "UnknownAccount",
    "UnknownAgreement",
    "UnknownAmendedOperation",
    "UnknownAmendment",
    "UnknownCommune",
    "UnknownContainer",
    "UnknownEntry",
    "UnknownFrame",
    "UnknownLine",
    "UnknownMilestone",
    "UnknownOperation",
    "UnknownPartner",
    "UnknownPosition",
    "UnknownProgramme",
    "UnknownToken",
    "UnreadableChange",
    "VersionConflict",
    "WeightsMismatch",
    "YearOutOfBounds",
]
