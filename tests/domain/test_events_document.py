"""What `docs/events.md` says of every fact and every refusal is what the classes say."""

from dataclasses import fields
from pathlib import Path

import msgspec
import pytest

from api.http.problems import STATUSES
from domain import errors, events
from domain.describing import SUBJECTS, events_document, families
from domain.describing.rules import refusals
from domain.describing.tables import STRUCTS, UNITS
from domain.event import Event

ROOT = Path(__file__).parents[2]
WRITE = ".venv/bin/python -m domain.describing > docs/events.md"
KINDS = [getattr(events, name) for name in events.__all__]


def test_the_document_is_what_the_classes_say():
    if (ROOT / "docs/events.md").read_text(encoding="utf-8") != events_document():
        pytest.fail(f"docs/events.md is out of date; write it again: {WRITE}", pytrace=False)


def test_every_fact_and_every_code_is_in_it():
    document = events_document()
    assert [kind.TOPIC for kind in KINDS if f"#### `{kind.TOPIC}`: {kind.label}\n" not in document] == []
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.Refusal)]
    said = [
        each.code for each in kinds if not each.__subclasses__() and f"| `{each.code}` | {each.sentence} |" in document
    ]
    assert len(said) == sum(not each.__subclasses__() for each in kinds)


def test_every_subject_has_its_place_in_it():
    assert sorted(SUBJECTS) == sorted({kind.__module__.rpartition(".")[2] for kind in KINDS})


def test_every_number_that_is_stored_has_a_unit():
    facts = {each.name for kind in KINDS for each in fields(kind) if "int" in str(each.type)}
    parts = {
        each.name for struct in STRUCTS.values() for each in msgspec.structs.fields(struct) if "int" in str(each.type)
    }
    assert (facts | parts) - UNITS.keys() - {"originator_version"} == set()


def test_a_family_of_refusals_answers_with_the_status_that_is_drawn():
    for name, (_, status) in families().items():
        family = getattr(errors, name)
        assert next(STATUSES[each] for each in family.__mro__ if each in STATUSES) == status


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (events.ProgrammeDetached, ["no-programme"]),
        (
            events.AllocationTakenBack,
            [
                *("allocation-in-use", "amount-not-positive", "amount-too-large", "more-than-allocated"),
                *("not-an-allocation", "unknown-line"),
            ],
        ),
        (events.Resumed, ["already-abandoned", "not-suspended", "resumed-before-suspension"]),
        (events.AgreementAllocated, ["amount-not-positive", "amount-too-large"]),
        (events.AgreementEntryVoided, None),
        (events.PartnerRegistered, []),
    ],
)
def test_the_refusals_of_a_fact_are_those_that_its_check_can_give(kind, codes):
    if codes is None:
        codes = [refusal.code for refusal in refusals(events.EntryVoided)]
        assert {"already-voided", "entries-in-the-way", "unknown-entry"} <= set(codes)
    assert [refusal.code for refusal in refusals(kind)] == codes


def test_a_rule_of_every_entry_is_said_once_for_all():
    common = {"future-date", "reason-missing", "text-out-of-bounds", "undated-fact"}
    assert {refusal.code for refusal in refusals(Event, start="check_entry")} == common
