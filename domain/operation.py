"""The operation: a physical or intellectual action with one owner and one calendar."""

from __future__ import annotations

from domain.commands.correcting import CorrectingCommands
from domain.commands.frame import FrameCommands
from domain.commands.funding import FundingCommands
from domain.commands.milestones import MilestoneCommands
from domain.commands.payments import PaymentCommands
from domain.commands.people import PeopleCommands
from domain.commands.planning import PlanningCommands
from domain.commands.works import WorksCommands
from domain.record import Record
from domain.situation import Situation


class Operation(
    Situation,
    PlanningCommands,
    FundingCommands,
    PaymentCommands,
    PeopleCommands,
    WorksCommands,
    MilestoneCommands,
    CorrectingCommands,
    FrameCommands,
    Record,
):
    """A renovation operation. Every command takes the keys of `Entry` too, and raises the refusals of its event.

    Its commands stand in `domain/commands/`, by subject; what it knows of itself, in `domain/situation.py`.
    """

    TOPIC = "operation"
