"""The made-up record of the benchmarks: it could have been recorded by people, entry by entry."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from benchmarks.histories import AGGLO, NATIONAL, History, Scale, Stored, calendar, registrations
from benchmarks.seed import NotEmpty, in_order, sow
from domain.dates import PartialDate
from domain.event import Event
from domain.ledger.mapper import PlainMapper
from domain.record import Record, asked
from projections import portfolio, totals
from projections.follower import Follower
from projections.rebuild import rebuild
from tests.projections.rows import everything
from tests.story import LEA, NOW

SMALL = AGGLO._replace(operations=3, partners=8)


def sample(scale: Scale) -> Iterator[list[Stored]]:
    """Some operations, and the partners."""
    yield from ([partner] for partner in registrations(scale))
    for number in range(1, scale.operations, scale.operations // 20):
        yield History(number, scale).told(calendar(scale))


def read(entry: Stored) -> Event:
    return PlainMapper().to_domain_event(StoredEvent(*entry[1:]))


@pytest.mark.parametrize("scale", [AGGLO, NATIONAL])
def test_every_rule_would_have_let_it_through(scale):
    for history in sample(scale):
        record: Record | None = None
        for event in map(read, history):
            asked(event, record if record is not None else event.blank())  # type: ignore[attr-defined]
            record = event.mutate(record)


@pytest.mark.parametrize("scale", [AGGLO, NATIONAL])
def test_it_is_stored_in_the_bytes_of_the_ledger(scale):
    for history in sample(scale):
        for entry in history:
            assert PlainMapper().to_stored_event(read(entry)) == StoredEvent(*entry[1:])


def test_the_scales_are_those_of_the_peer():
    assert (AGGLO.operations * AGGLO.changes, NATIONAL.entries) == (12_000, 1_000_700)


def test_nothing_later_finds_an_operation_closed():
    for history in sample(NATIONAL):
        record: Any = None
        for event in map(read, history):
            record = event.mutate(record)
        if record.TOPIC == "operation":
            said: Any = {"on": PartialDate.parse("2026-03-02"), "at": NOW, "by": LEA}
            record.log_milestone(code="visit-1", title="Visite", **said)
            record.commit(partner="p-2", instrument="grant", amount_cents=1, **said)


def test_positions_follow_the_instants():
    told = list(in_order(SMALL))
    assert len(told) == SMALL.entries
    assert [entry.at for entry in told] == sorted(entry.at for entry in told)
    assert {entry.at.year for entry in told} <= set(range(2015, 2026))
    for _, history in groupby(sorted(told, key=lambda entry: entry.originator_id), key=lambda e: e.originator_id):
        versions = [entry.originator_version for entry in history]
        assert versions == list(range(1, len(versions) + 1))


def test_each_run_makes_the_same_record():
    assert list(in_order(SMALL)) == list(in_order(SMALL))


def test_the_first_partner_funds_every_operation(database_url):
    sow(database_url, SMALL)
    Follower(database_url).catch_up()
    with psycopg.connect(database_url) as db, db.cursor() as cursor:
        funder = totals.partner(cursor, "p-1")
        assert funder is not None
        assert funder.operations == SMALL.operations
        assert portfolio.operation(cursor, "OP-3", today=NOW.date()) is not None


def test_a_follower_and_a_rebuild_make_the_same_rows_of_it(database_url):
    sow(database_url, SMALL)
    Follower(database_url).catch_up()
    live = everything(database_url)
    rebuild(database_url)
    assert everything(database_url) == live


def test_a_ledger_that_is_in_use_is_left_alone(database_url):
    sow(database_url, SMALL)
    with pytest.raises(NotEmpty):
        sow(database_url, SMALL)
