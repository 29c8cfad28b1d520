"""Every fact that the ledger can hold, by subject. A fact is its class: what it says, `check`, `apply`."""

from domain.events.access import TokenGranted, TokenRevoked
from domain.events.agreements import AgreementAllocated, AgreementEarlyStartAuthorised, AgreementNoted, AgreementSigned
from domain.events.correcting import AgreementEntryCorrected, AgreementEntryVoided, EntryCorrected, EntryVoided
from domain.events.funding import FundingAllocated, FundingCommitted
from domain.events.milestones import (
    MilestoneDropped,
    MilestoneLogged,
    MilestoneReached,
    MilestoneRescheduled,
    MilestoneScheduled,
)
from domain.events.partners import PartnerRegistered
from domain.events.planning import (
    CostRevised,
    OwnerChanged,
    Planned,
    ProgrammeAttached,
    ProgrammeDetached,
    Rescheduled,
)
from domain.events.works import Abandoned, Delivered, EarlyStartAuthorised, Started

__all__ = [
    "Abandoned",
    "AgreementAllocated",
    "AgreementEarlyStartAuthorised",
    "AgreementEntryCorrected",
    "AgreementEntryVoided",
    "AgreementNoted",
    "AgreementSigned",
    "CostRevised",
    "Delivered",
    "EarlyStartAuthorised",
    "EntryCorrected",
    "EntryVoided",
    "FundingAllocated",
    "FundingCommitted",
    "MilestoneDropped",
    "MilestoneLogged",
    "MilestoneReached",
    "MilestoneRescheduled",
    "MilestoneScheduled",
    "OwnerChanged",
    "PartnerRegistered",
    "Planned",
    "ProgrammeAttached",
    "ProgrammeDetached",
    "Rescheduled",
    "Started",
    "TokenGranted",
    "TokenRevoked",
]
