"""What an entry says, in a short French text beside its label: « livraison : 2012 → 30 juin 2013 »."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from domain import events
from domain.dates import PartialDate
from domain.event import Event
from domain.events.correcting import Correction, EntryCorrected, EntryVoided, amended, standing
from domain.money import euros
from domain.outputs import Outputs
from domain.record import Record
from domain.territory import commune
from domain.vocabulary import AGREEMENT_KINDS, COST_BASES, FAMILIES, INSTRUMENTS, OUTPUTS, THEMES

NOTHING = "non renseigné"

# What the facts of an entry are called.
WORDS = {
    "agreement": "convention",
    "amount_cents": "montant",
    "authority": "autorité",
    "communes": "communes",
    "cost_basis": "base du coût",
    "cost_cents": "coût",
    "decision_ref": "décision",
    "delivers_on": "livraison",
    "due_on": "échéance",
    "family": "famille",
    "instrument": "nature",
    "kind": "nature",
    "leader": "pilote",
    "on": "date du fait",
    "order_ref": "ordre de service",
    "other_themes": "autres thèmes",
    "outputs": "réalisations",
    "owner": "maître d'ouvrage",
    "part_of": "fait partie de",
    "partner": "partenaire",
    "programme": "programme",
    "reason": "motif",
    "schedule": "échéancier",
    "scheme": "dispositif",
    "signatories": "signataires",
    "site": "site",
    "starts_on": "démarrage",
    "territory_wide": "tout le territoire",
    "theme": "thème",
    "title": "intitulé",
}

# Stored codes that have a French label, by the name of the fact.
LABELS: dict[str, dict[Any, str]] = {
    "cost_basis": dict(COST_BASES),
    "family": dict(FAMILIES),
    "instrument": dict(INSTRUMENTS),
    "kind": dict(AGREEMENT_KINDS),
    "theme": dict(THEMES),
    "other_themes": dict(THEMES),
}


def detail(event: Event, record: Record) -> str | None:
    """What the entry says besides its label. record: the aggregate after it. None: the label says it all."""
    told = TOLD.get(type(event))
    return (told(event, record) or None) if told else None


def spoken(name: str, value: Any) -> str:
    """The value of a fact as people read it."""
    if value is None or value == () or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, PartialDate):
        return value.french()
    if isinstance(value, int) and name.endswith("_cents"):
        return euros(value)
    if isinstance(value, Outputs):
        return outputs(value)
    if name == "schedule":
        return ", ".join(f"{instalment.year} : {euros(instalment.amount_cents)}" for instalment in value)
    if isinstance(value, tuple):
        return ", ".join(spoken(name, each) for each in value)
    if name == "communes":
        return known.name if (known := commune(value)) else value
    return LABELS.get(name, {}).get(value, str(value))


def outputs(counted: Outputs) -> str:
    """« Logements démolis : 33, logements construits : 48 »."""
    counts = ((word, getattr(counted, name)) for name, word in OUTPUTS.items())
    return ", ".join(f"{word[0].lower()}{word[1:]} : {count}" for word, count in counts if count is not None)


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
    code, before = getattr(event, "code", None), record.entries[: event.version - 1]
    for entry in reversed(before):
        if isinstance(entry, Correction):
            # Only then may an entry before it say something else than it said at first.
            return stated(amended(before), code, name)
        if (value := stated([entry], code, name)) is not None:
            return value
    return None


def stated(entries: Sequence[Event], code: str | None, name: str) -> Any:
    """What the last of these entries that says anything under that name says."""
    for entry in reversed(entries):
        if getattr(entry, "code", None) == code and (value := getattr(entry, name, None)) is not None:
            return value
    return None


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


def cost(event: Any, record: Record) -> str:
    """How the cost moved, and on what basis."""
    return joined([moved(event, record, "cost_cents"), said(event, "cost_basis")])


def programme(event: Any, record: Record) -> str:
    """The programme and the agreement that the operation comes under."""
    return joined([moved(event, record, "programme"), said(event, "agreement")])


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
    events.Planned: lambda event, _: said(event, "owner", "programme", "cost_cents", "starts_on", "delivers_on"),
    events.Rescheduled: lambda event, record: moved(event, record, "starts_on", "delivers_on"),
    events.CostRevised: cost,
    events.OwnerChanged: lambda event, record: moved(event, record, "owner"),
    events.ProgrammeAttached: programme,
    events.FundingAllocated: funding,
    events.FundingCommitted: commitment,
    events.EarlyStartAuthorised: lambda event, _: said(event, "authority"),
    events.Started: lambda event, _: said(event, "order_ref"),
    events.Delivered: lambda event, _: said(event, "outputs"),
    events.MilestoneScheduled: step_due,
    events.MilestoneLogged: step_due,
    events.MilestoneRescheduled: step_moved,
    events.MilestoneReached: step,
    events.MilestoneDropped: step,
    events.AgreementSigned: lambda event, _: said(event, "leader", "programme", "signatories", "cost_cents"),
    events.AgreementAllocated: funding,
    events.AgreementNoted: lambda event, _: joined([event.title, said(event, "due_on", "amount_cents")]),
    events.AgreementEarlyStartAuthorised: lambda event, _: said(event, "authority"),
    events.EntryCorrected: correction,
    events.EntryVoided: voiding,
    events.AgreementEntryCorrected: correction,
    events.AgreementEntryVoided: voiding,
}
