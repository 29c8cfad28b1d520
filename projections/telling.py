"""What an entry says, in a short French text beside its label: « livraison : 2012 → 30 juin 2013 »."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from domain import events
from domain.event import Event
from domain.events.correcting import EntryCorrected, EntryVoided, standing
from domain.french import euros
from domain.record import Record
from domain.vocabulary import PAYMENT_KINDS
from projections.wording import WORDS, percent, spoken


def detail(event: Event, record: Record) -> str | None:
    """What the entry says besides its label. record: the aggregate after it. None: the label says it all."""
    told = TOLD.get(type(event))
    said = told(event, record) if told else ""
    return (joined([amendment(event), said]) if getattr(event, "amendment", None) else said) or None


def said(event: Event, *facts: str) -> str:
    """The facts that the entry states, those left out apart."""
    known = ((name, getattr(event, name)) for name in facts)
    return joined(f"{WORDS[name]} : {spoken(name, value)}" for name, value in known if value not in (None, (), ""))


def moved(event: Event, record: Record, *facts: str) -> str:
    """The facts that the entry states, after what the entries before it stated."""
    known = {name: value for name in facts if (value := getattr(event, name)) is not None}
    return joined(changed(name, earlier(event, record, name), value) for name, value in known.items())


def changed(name: str, before: Any, after: Any) -> str:
    """« livraison : 2012 → 30 juin 2013 »."""
    arrow = f"{spoken(name, before)} → " if before is not None else ""
    return f"{WORDS[name]} : {arrow}{spoken(name, after)}"


def joined(parts: Iterable[str]) -> str:
    return " ; ".join(filter(None, parts))


def earlier(event: Event, record: Record, name: str) -> Any:
    """What the last entry before this one stated under that name, as corrected by then; about the same step, if any."""
    code = getattr(event, "code", None)
    for entry in reversed(record.entries[: event.version - 1]):
        fact = None if entry.puts_right else record.put_right.get(entry.version, entry)
        if fact and getattr(fact, "code", None) == code and (value := getattr(fact, name, None)) is not None:
            return value
    return None


def amendment(event: Event) -> str:
    """« avenant 2 (PNRU-2008) », where an amendment recorded the entry."""
    agreement, _, number = (getattr(event, "amendment", None) or "").rpartition("/")
    return f"avenant {number} ({agreement})" if agreement else ""


def amendment_signed(event: Any, _record: Record) -> str:
    """The number of an amendment, what it is about and the operations that it touches."""
    return joined([f"avenant {event.number}", event.title or "", said(event, "operations")])


def transfer(event: Any, _record: Record) -> str:
    """Both ends of a transfer, as this end sees it; the partner and the amount stand beside."""
    way = "vers" if event.amount_cents < 0 else "depuis"
    return f"ligne {event.line} {way} {event.other_operation}, ligne {event.other_line}"


def step(event: Any, record: Any) -> str:
    """A milestone, by its name."""
    return str(record.milestones[event.code].label)


def step_due(event: Any, record: Any) -> str:
    """A milestone and its date."""
    return joined([step(event, record), said(event, "due_on")])


def step_moved(event: Any, record: Any) -> str:
    """A milestone and how its date moved."""
    return joined([step(event, record), moved(event, record, "due_on")])


def funding(event: Any, _record: Record) -> str:
    """A line of money, and on what decision; its partner and amount stand beside."""
    instrument = spoken("instrument", event.instrument).lower()
    return joined([f"ligne {event.line}", instrument, said(event, "scheme", "decision_ref")])


def commitment(event: Any, record: Record) -> str:
    """A commitment, with its payment credits by year."""
    return joined([funding(event, record), said(event, "schedule")])


def on_line(*facts: str) -> Callable[[Any, Any], str]:
    """The line, and these facts about it."""
    return lambda event, _: joined([f"ligne {event.line}", said(event, *facts)])


def payment(*facts: str) -> Callable[[Any, Any], str]:
    """The line, what the payment is for, and these facts about it."""
    return lambda event, _: joined([f"ligne {event.line}", PAYMENT_KINDS[event.kind].lower(), said(event, *facts)])


def financing(event: Any, _record: Record) -> str:
    """Who is to bring what, and what nobody does yet."""
    left = event.total_cents - sum(share.amount_cents for share in event.shares)
    return joined([said(event, "total_cents", "shares"), f"à déterminer : {euros(left)}" if left else ""])


def cost(event: Any, record: Record) -> str:
    """How the cost moved, and on what basis."""
    return joined([moved(event, record, "cost_cents"), said(event, "cost_basis")])


def programme(event: Any, record: Record) -> str:
    """The programme and the agreement that the operation comes under."""
    return joined([moved(event, record, "programme"), said(event, "agreement")])


def planning(event: Any, _record: Record) -> str:
    """What is known of an operation when it is programmed; the part of each commune, where one is stated."""
    parts = zip(event.communes, event.weights, strict=False)
    weights = ", ".join(f"{spoken('communes', insee)} {percent(weight)}" for insee, weight in parts)
    known = said(event, "owner", "programme", "cost_cents", "starts_on", "delivers_on")
    return joined([known, f"{WORDS['weights']} : {weights}" if weights else ""])


def priority_area(event: Any, _record: Record) -> str:
    """The area that the operation lies in, or that it lies in none, and by which list."""
    return joined([f"{event.generation} {event.code or ': hors quartier'}", said(event, "list_ref")])


def coherence(event: Any, _record: Record) -> str:
    """The plan and its version, the verdict, and what the plan says."""
    return joined([f"{event.plan} {event.plan_version}", said(event, "verdict", "orientation")])


def correction(event: EntryCorrected, record: Record) -> str:
    """The entry that was wrong, and each of its facts before and after."""
    before = standing(record.entries[: event.version - 1], event.target)
    after = before.restated(event.changes)
    facts = ((name, getattr(before, name), getattr(after, name)) for name in event.changes if name in WORDS)
    return joined([entry_named(before), *(changed(*fact) for fact in facts if fact[1] != fact[2])])


def voiding(event: EntryVoided, record: Record) -> str:
    """The entry that counts no more."""
    return entry_named(record.entries[event.target - 1])


def entry_named(entry: Event) -> str:
    return f"écriture n° {entry.version} ({entry.label})"


TOLD: dict[type, Callable[[Any, Any], str]] = {
    events.Planned: planning,
    events.Rescheduled: lambda event, record: moved(event, record, "starts_on", "delivers_on"),
    events.CostRevised: cost,
    events.OwnerChanged: lambda event, record: moved(event, record, "owner"),
    events.ProgrammeAttached: programme,
    events.PriorityAreaAssessed: priority_area,
    events.CoherenceAssessed: coherence,
    events.FundingAllocated: funding,
    events.FundingCommitted: commitment,
    events.FundingRevised: on_line("amount_cents", "decision_ref"),
    events.FundingDecommitted: on_line(),
    events.AllocationTakenBack: on_line(),
    events.PaymentScheduleRevised: on_line("schedule"),
    events.PaymentRequested: payment("amount_cents"),
    events.PaymentRecorded: payment("external_ref"),
    events.RepaymentRecorded: on_line(),
    events.FinancingPlanSet: financing,
    events.FundingTransferred: transfer,
    events.EarlyStartAuthorised: lambda event, _: said(event, "authority"),
    events.Started: lambda event, _: said(event, "order_ref"),
    events.Suspended: lambda event, _: said(event, "expected_resume_on"),
    events.Delivered: lambda event, _: said(event, "outputs"),
    events.Closed: lambda event, _: said(event, "final_cost_cents"),
    events.RehousingReported: lambda event, _: said(event, "households_to_rehouse", "households_rehoused"),
    events.AssistanceProvided: lambda event, _: said(event, "commune", "days", "amount_cents", "subject"),
    events.MilestoneScheduled: step_due,
    events.MilestoneLogged: step_due,
    events.MilestoneRescheduled: step_moved,
    events.MilestoneReached: step,
    events.MilestoneDropped: step,
    events.AgreementSigned: lambda event, _: said(event, "leader", "programme", "signatories", "cost_cents"),
    events.AgreementAllocated: funding,
    events.AmendmentSigned: amendment_signed,
    events.AgreementNoted: lambda event, _: joined([event.title, said(event, "due_on", "amount_cents")]),
    events.AgreementEarlyStartAuthorised: lambda event, _: said(event, "authority"),
    events.StatementMade: lambda event, _: joined([event.title, f"position {event.position}"]),
    events.EntryCorrected: correction,
    events.EntryVoided: voiding,
    events.AgreementEntryCorrected: correction,
    events.AgreementEntryVoided: voiding,
}
