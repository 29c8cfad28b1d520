"""Every fact that the ledger can hold, by subject. A fact is its class: what it says, `check`, `apply`."""

from domain.events.access import AccountChanged, AccountClosed, AccountOpened, TokenGranted, TokenRevoked
from domain.events.agreements import AgreementAllocated, AgreementEarlyStartAuthorised, AgreementNoted, AgreementSigned
from domain.events.amendments import AmendmentSigned, FundingTransferred
from domain.events.correcting import AgreementEntryCorrected, AgreementEntryVoided, EntryCorrected, EntryVoided
from domain.events.frame import CoherenceAssessed, PriorityAreaAssessed, ProgrammeAttached, ProgrammeDetached
from domain.events.funding import FinancingPlanSet, FundingAllocated, FundingCommitted
from domain.events.lines import AllocationTakenBack, FundingDecommitted, FundingRevised, PaymentScheduleRevised
from domain.events.milestones import (
    MilestoneDropped,
    MilestoneLogged,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
)
from domain.events.partners import PartnerRegistered
from domain.events.payments import PaymentRecorded, PaymentRequested, RepaymentRecorded
from domain.events.people import AssistanceProvided, RehousingReported
from domain.events.planning import (
    CostRevised,
    OwnerChanged,
    Planned,
    Rescheduled,
)
from domain.events.statements import StatementMade
from domain.events.works import Abandoned, Closed, Delivered, EarlyStartAuthorised, Resumed, Started, Suspended

__all__ = [
    "Abandoned",
    "AccountChanged",
    "AccountClosed",
    "AccountOpened",
    "AgreementAllocated",
    "AgreementEarlyStartAuthorised",
    "AgreementEntryCorrected",
    "AgreementEntryVoided",
    "AgreementNoted",
    "AgreementSigned",
    "AllocationTakenBack",
    "AmendmentSigned",
    "AssistanceProvided",
    "Closed",
    "CoherenceAssessed",
    "CostRevised",
    "Delivered",
    "EarlyStartAuthorised",
    "EntryCorrected",
    "EntryVoided",
    "FinancingPlanSet",
    "FundingAllocated",
    "FundingCommitted",
    "FundingDecommitted",
    "FundingRevised",
    "FundingTransferred",
    "MilestoneDropped",
    "MilestoneLogged",
    "MilestoneReached",
    "MilestoneRescheduled",
    "MilestoneScheduled",
    "OwnerChanged",
    "PartnerRegistered",
    "PaymentRecorded",
    "PaymentRequested",
    "PaymentScheduleRevised",
    "Planned",
    "PriorityAreaAssessed",
    "ProgrammeAttached",
    "ProgrammeDetached",
    "RehousingReported",
    "RepaymentRecorded",
    "Rescheduled",
    "Resumed",
    "Started",
    "StatementMade",
    "Suspended",
    "TokenGranted",
    "TokenRevoked",
]
