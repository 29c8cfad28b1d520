"""The bodies of commands, written out: the contract is read here. A test holds them against the commands themselves.

One file per subject, with the stems of `domain/events/`: planning, works, funding, payments, people, frame, milestones,
correcting, agreements, partners, access, statements; what they share is in parts.py.
"""

from api.v1.schemas.access import ChangeAccount, CloseAccount, GrantToken, OpenAccount, RevokeToken
from api.v1.schemas.agreements import Amend, SignAgreement
from api.v1.schemas.correcting import AgreementChanges, Changes, Correct, CorrectAgreement, Void
from api.v1.schemas.frame import AssessCoherence, AssessPriorityArea, Attach, Detach
from api.v1.schemas.funding import (
    Allocate,
    Commit,
    Decommit,
    ReviseCommitment,
    ReviseSchedule,
    SetFinancingPlan,
    TakeBack,
)
from api.v1.schemas.milestones import DropMilestone, Milestone, ReachMilestone, RescheduleMilestone
from api.v1.schemas.partners import RegisterPartner
from api.v1.schemas.parts import says
from api.v1.schemas.payments import Pay, Repay, RequestPayment
from api.v1.schemas.people import Assist, ReportRehousing
from api.v1.schemas.planning import ChangeOwner, Plan, Reschedule, ReviseCost
from api.v1.schemas.statements import MakeStatement
from api.v1.schemas.works import Abandon, AuthoriseEarlyStart, Close, Deliver, Resume, Start, Suspend

__all__ = [
    "Abandon",
    "AgreementChanges",
    "Allocate",
    "Amend",
    "AssessCoherence",
    "AssessPriorityArea",
    "Assist",
    "Attach",
    "AuthoriseEarlyStart",
    "ChangeAccount",
    "ChangeOwner",
    "Changes",
    "Close",
    "CloseAccount",
    "Commit",
    "Correct",
    "CorrectAgreement",
    "Decommit",
    "Deliver",
    "Detach",
    "DropMilestone",
    "GrantToken",
    "MakeStatement",
    "Milestone",
    "OpenAccount",
    "Pay",
    "Plan",
    "ReachMilestone",
    "RegisterPartner",
    "Repay",
    "ReportRehousing",
    "RequestPayment",
    "Reschedule",
    "RescheduleMilestone",
    "Resume",
    "ReviseCommitment",
    "ReviseCost",
    "ReviseSchedule",
    "RevokeToken",
    "SetFinancingPlan",
    "SignAgreement",
    "Start",
    "Suspend",
    "TakeBack",
    "Void",
    "says",
]
