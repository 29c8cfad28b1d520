"""The trail: one row per entry of any record, with what it changed; a page of it is one stretch of one index."""

import json
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from domain.account import Account
from domain.event import Document
from domain.ledger.metadata import metadata
from domain.money import Instalment
from domain.partner import Partner
from domain.statement import Statement
from projections import trail_search
from projections.passing import Pass
from projections.trail import Line, Trail
from projections.trail_search import Wanted
from tests.story import ARCHIVE, AUTHORITY, NOW, committed, day, entry, funded, planned, signed, started

LATER = NOW + timedelta(days=1)


def trail(cursor: Any, limit: int = 200, **asked: Any) -> list[Line]:
    """What the trail says of it, newest first."""
    return [entry.read() for entry in trail_search.newest(cursor, Wanted(**asked), limit=limit).entries]


def changes(cursor: Any, **asked: Any) -> Any:
    """What the last entry changed."""
    return json.loads(bytes(trail(cursor, 1, **asked)[0].changes))


# One row per entry


def test_every_entry_of_every_record_is_in_the_trail(told, cursor):
    account = Account.open(authority=AUTHORITY, account="u-7", role="team", organisations=("cavm",), **entry("2026"))
    token = account.grant(authority=AUTHORITY, token="t7", sha256="a" * 64, **entry("2026"))
    partner = Partner.register(authority=AUTHORITY, code="anru", name="ANRU", kind="state_anru", **entry("2006"))
    position = told(account, token, partner, signed(), started())
    statement = Statement.make(
        authority=AUTHORITY, head=position, code="comite", title="Comité", position=position, **entry("2026")
    )
    told(statement)
    found = trail(cursor)
    assert [(row.record, row.reference, row.version) for row in reversed(found)] == [
        ("account", "u-7", 1),
        ("token", "t7", 1),
        ("partner", "anru", 1),
        ("agreement", "PNRU-2008", 1),
        ("operation", "ANZ-CARPEAUX", 1),
        ("operation", "ANZ-CARPEAUX", 2),
        ("operation", "ANZ-CARPEAUX", 3),
        ("statement", "comite", 1),
    ]
    assert [row.position for row in found] == sorted((row.position for row in found), reverse=True)


def test_the_digest_of_a_secret_is_no_change(told, cursor):
    account = Account.open(authority=AUTHORITY, account="u-7", role="team", organisations=("cavm",), **entry("2026"))
    told(account, account.grant(authority=AUTHORITY, token="t7", sha256="a" * 64, **entry("2026")))
    assert changes(cursor, topic="token.granted").keys() == {"token", "holder", "role", "organisations"}


def test_an_entry_about_a_partner_is_found_by_its_code(told, cursor):
    told(
        Partner.register(authority=AUTHORITY, code="anru", name="ANRU", kind="state_anru", **entry("2006")),
        Partner.register(authority=AUTHORITY, code="region", name="Région", kind="region", **entry("2006")),
        funded(),
    )
    assert [row.type for row in trail(cursor, partner="anru")] == ["operation.funding_committed", "partner.registered"]


def test_an_entry_says_what_the_ledger_holds_of_it(told, cursor):
    operation = planned()
    evidence = Document("Ordre de service", "OS-1", "b" * 64)
    operation.start(**entry("2009-03", reason="Ordre « 1 »") | {"documents": (evidence, Document("Photo"))})
    reached = told(operation)
    for line in trail(cursor):
        found, up_to = trail_search.at(cursor, line.position)
        said = metadata(found.state)
        assert (found.entry.read(), up_to) == (line, reached)
        assert (line.type, line.version) == (found.topic, found.version)
        assert (line.on, line.recorded_at, line.reason) == (said.on, said.timestamp, said.reason)
        by = (line.recorded_by, line.organisation, line.role, line.on_behalf_of, line.credential, line.source)
        assert by == tuple(
            getattr(said.by, name) for name in ("actor", "organisation", "role", "on_behalf_of", "credential", "source")
        )
        ids = (line.command, line.correlation, line.causation)
        assert tuple(each and str(each) for each in ids) == (said.by.command, said.by.correlation, said.by.causation)
        pieces = [(each.title, each.ref, each.sha256) for each in line.documents]
        assert pieces == [(each.title, each.ref, each.sha256) for each in said.documents]


# What an entry changed


def test_a_plan_says_all_that_is_known_after_nothing(told, cursor):
    told(planned(cost_cents=56_00, delivers_on=day("2012")))
    found = changes(cursor)
    assert (found["title"], found["cost_cents"]) == ([None, "Anzin : Carpeaux"], [None, 56_00])
    assert (found["communes"], found["delivers_on"]) == ([None, ["59014"]], [None, "2012"])


def test_what_is_revised_stands_after_what_stood_before(told, cursor):
    operation = planned(cost_cents=56_00, starts_on=day("2009"), owner="cavm", programme="PNRU")
    operation.revise_cost(cost_cents=61_00, **entry("2010", reason="Marchés"))
    told(operation)
    assert changes(cursor) == {"cost_cents": [56_00, 61_00]}
    operation.reschedule(starts_on=day("2009"), delivers_on=day("2013-06"), **entry("2010", reason="Fouilles"))
    told(operation)
    assert changes(cursor) == {"delivers_on": [None, "2013-06"]}
    operation.change_owner(owner="sigh", **entry("2010"))
    told(operation)
    assert changes(cursor) == {"owner": ["cavm", "sigh"]}
    operation.detach(**entry("2011", reason="Hors quartier"))
    told(operation)
    assert changes(cursor) == {"programme": ["PNRU", None]}


def test_money_is_what_stands_on_its_line(told, cursor):
    operation = planned()
    committed(operation, 100_00, decision_ref="DAS 1")
    operation.revise_commitment(line="L1", amount_cents=120_00, decision_ref="DAS 2", **entry("2010", reason="Avenant"))
    told(operation)
    assert changes(cursor) == {
        "lines.L1.decision_ref": ["DAS 1", "DAS 2"],
        "lines.L1.committed_cents": [100_00, 120_00],
    }
    operation.decommit(line="L1", amount_cents=20_00, **entry("2010", reason="Moins cher"))
    operation.pay(line="L1", kind="interim", amount_cents=30_00, external_ref="V-1", **entry("2011"))
    told(operation)
    assert changes(cursor) == {
        "lines.L1.kind": [None, "interim"],
        "lines.L1.external_ref": [None, "V-1"],
        "lines.L1.paid_cents": [0, 30_00],
    }
    operation.repay(line="L1", amount_cents=5_00, **entry("2012", reason="Trop-perçu"))
    told(operation)
    assert changes(cursor) == {"lines.L1.paid_cents": [30_00, 25_00]}
    assert changes(cursor, topic="operation.funding_decommitted") == {"lines.L1.committed_cents": [120_00, 100_00]}


def test_payment_credits_stand_after_the_earlier_ones_of_their_line(told, cursor):
    operation = planned()
    committed(operation, 100, schedule=(Instalment(2010, 100),))
    committed(operation, 100, schedule=(Instalment(2011, 100),))
    operation.revise_schedule(line="L1", schedule=(Instalment(2012, 100),), **entry("2010", reason="Retard"))
    told(operation)
    assert changes(cursor) == {
        "lines.L1.schedule": [[{"year": 2010, "amount_cents": 100}], [{"year": 2012, "amount_cents": 100}]]
    }


def test_a_milestone_moves_and_is_reached(told, cursor):
    operation = planned()
    operation.schedule_milestone(code="permis", title="Permis", due_on=day("2030"), **entry("2009"))
    operation.reschedule_milestone(code="permis", due_on=day("2031"), **entry("2010", reason="Recours"))
    told(operation)
    assert changes(cursor) == {"milestones.permis.due_on": ["2030", "2031"]}
    operation.reach_milestone(code="permis", **entry("2011-02"))
    told(operation)
    assert changes(cursor) == {"milestones.permis.reached_on": [None, "2011-02"]}


def test_a_zero_is_said(told, cursor):
    operation = planned()
    operation.report_rehousing(households_to_rehouse=0, **entry("2010"))
    told(operation)
    assert changes(cursor) == {"households_to_rehouse": [None, 0]}


def test_an_account_changes_its_role(told, cursor):
    account = Account.open(authority=AUTHORITY, account="u-7", role="team", organisations=("cavm",), **entry("2026"))
    account.change(role="auditor", **entry("2026", reason="Mutation"))
    told(account)
    assert changes(cursor) == {"role": ["team", "auditor"]}


# Putting right


def test_a_correction_says_the_fields_that_it_puts_right(told, cursor):
    operation = funded()
    operation.correct(target=2, changes={"amount_cents": 90_00, "on": "2008-04"}, **entry("2010", reason="Faute"))
    told(operation)
    assert changes(cursor) == {"on": ["2008-03", "2008-04"], "lines.L1.amount_cents": [100_00, 90_00]}
    (last, wrong, _) = trail(cursor)
    assert (last.corrects, last.amount_cents, wrong.voided_by, wrong.amount_cents) == (2, 90_00, 3, 100_00)


def test_what_is_voided_says_nothing_any_more(told, cursor):
    operation = funded()
    operation.void(target=2, **entry("2010", reason="Saisie deux fois"))
    told(operation)
    assert changes(cursor) == {
        "on": ["2008-03", None],
        "lines.L1.partner": ["anru", None],
        "lines.L1.instrument": ["grant", None],
        "lines.L1.amount_cents": [100_00, None],
    }


def test_an_entry_whose_correction_is_voided_stands_again(told, cursor):
    operation = planned()
    operation.correct(target=1, changes={"title": "Carpo"}, **entry("2010", reason="Faute"))
    told(operation)
    assert [row.voided_by for row in trail(cursor)] == [None, 2]
    operation.void(target=2, **entry("2010", reason="Non"))
    told(operation)
    assert changes(cursor) == {"title": ["Carpo", "Anzin : Carpeaux"]}
    assert [row.voided_by for row in trail(cursor)] == [None, 3, None]


def test_what_was_voided_is_known_whatever_the_batches(ledger, database_url, cursor):
    from tests.projections.rows import record

    operation = funded()
    operation.correct(target=2, changes={"amount_cents": 90_00}, **entry("2010", reason="Faute"))
    operation.void(target=3, **entry("2010", reason="Non"))
    operation.void(target=2, **entry("2010", reason="Non"))
    record(ledger, operation)
    with psycopg.connect(database_url, autocommit=True) as db:
        ahead = Pass(db, [Trail()])
        while ahead.step(1):
            pass
    assert [row.voided_by for row in trail(cursor)] == [None, None, 4, 5, None]


# Days


def test_what_is_recorded_more_than_sixty_days_later_is_late_and_not_refused(told, cursor):
    operation = planned(on="2026-09-22")
    told(operation)
    assert [(row.delay_days, row.late) for row in trail(cursor)] == [(61, True)]
    operation.start(**entry("2026-09-23", reason="Ordre de service"))
    # A month is over on its last day.
    operation.report_rehousing(households_to_rehouse=1, **entry("2026-09"))
    told(operation)
    assert [(row.delay_days, row.late) for row in trail(cursor)][:2] == [(53, False), (60, False)]
    assert [row.version for row in trail(cursor, late=True)] == [1]
    assert [row.version for row in trail(cursor, late=False)] == [3, 2]


def test_an_unknown_date_is_not_late(told, cursor):
    told(planned(on=None, by=ARCHIVE))
    (row,) = trail(cursor)
    assert (row.delay_days, row.late, row.true_from) == (0, False, date(2026, 11, 22))


def test_days_of_recording_are_those_of_paris_and_never_go_back(told, cursor):
    operation = planned()
    told(operation)
    evening = NOW.replace(hour=23, minute=30)
    operation.start(**entry("2026", at=evening, reason="Ordre"))
    told(operation)
    operation.suspend(**entry("2026", at=NOW, reason="Fouilles"))
    told(operation)
    assert [row.recorded_on.day for row in trail(cursor)] == [23, 23, 22]
    assert [row.version for row in trail(cursor, since=date(2026, 11, 23))] == [3, 2]
    assert [row.version for row in trail(cursor, until=date(2026, 11, 22))] == [1]
    assert [row.version for row in trail(cursor, since=date(2026, 11, 22), until=date(2026, 11, 30))] == [3, 2, 1]


def test_facts_are_found_by_the_days_that_they_count_from(told, cursor):
    told(started())
    assert [row.version for row in trail(cursor, on_from=date(2008, 3, 31), on_to=date(2008, 3, 31))] == [2]
    assert [row.version for row in trail(cursor, on_from=date(2008, 4, 1))] == [3]


# Evidence


def test_whether_an_entry_names_evidence_can_be_asked(told, cursor):
    operation = planned()
    operation.start(**entry("2009", reason="Ordre") | {"documents": (Document("Ordre de service"),)})
    told(operation)
    assert [row.version for row in trail(cursor, documented=True)] == [2]
    assert [row.version for row in trail(cursor, documented=False)] == [1]


# One stretch of one index


@pytest.fixture(scope="module")
def long(tables: str):
    """Thirty thousand rows of a hundred operations, forty people and twenty partners; no entries behind them."""
    from tests.conftest import empty

    with psycopg.connect(tables, autocommit=True) as db:
        db.execute("""
            INSERT INTO trail.entry
            SELECT 'operation', 'OP-' || n % 100, n, n,
                CASE n % 3 WHEN 0 THEN 'started' ELSE 'x' END,
                'u-' || n % 40, 'cavm', 't' || n % 40, date '2015-01-01' + n / 10, date '2015-01-01' + n / 10,
                CASE WHEN n % 50 = 0 THEN 90 ELSE 0 END, CASE WHEN n % 2 = 0 THEN 'p-' || n % 20 END, n, 0,
                CASE WHEN n % 60 = 0 THEN 1 END, NULL, repeat('x', 800)
            FROM generate_series(1, 30000) AS n ORDER BY n % 100, n
        """)
        db.execute(
            "INSERT INTO moments.day SELECT date '2015-01-01' + n, n * 10 + 9 FROM generate_series(0, 3000) AS n"
        )
        db.execute("ANALYZE trail.entry")
        # What a disk without moving parts costs; by default PostgreSQL counts with one that turns.
        db.execute("SET random_page_cost = 1.1")
        yield db
    empty(tables)


YEARS = {"since": date(2016, 1, 1), "until": date(2021, 12, 31)}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"before": 1_000},
        {"after": 29_000},
        {"actor": "u-7"},
        {"actor": "u-7", **YEARS},
        {"credential": "t7"},
        {"organisation": "cavm"},
        {"operation": "OP-7"},
        {"partner": "p-4"},
        {"topic": "operation.started"},
        {"late": True},
        {"corrections": True},
        {"late": True, "before": 10_000},
        YEARS,
    ],
    ids=lambda asked: "-".join(asked) or "newest",
)
def test_a_page_is_one_stretch_of_one_index(long, asked):
    """However deep it lies: nothing is sorted, and hardly a row more is read than is shown."""
    wanted = Wanted(**asked)
    query = wanted.page("ASC" if "after" in asked else "DESC", 51)
    (plan,) = long.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {query}", wanted.asked).fetchone()[0]
    (scan,) = [each for each in nodes(plan["Plan"]) if each.get("Relation Name") == "entry"]
    assert scan["Node Type"] == "Index Scan"
    assert scan["Actual Rows"] == 51
    assert scan.get("Rows Removed by Filter", 0) <= 10
    assert not any(each["Node Type"] == "Seq Scan" and each["Relation Name"] == "entry" for each in nodes(plan["Plan"]))


def test_facts_of_a_month_are_not_looked_for_in_the_whole_ledger(long):
    wanted = Wanted(on_from=date(2016, 1, 1), on_to=date(2016, 2, 28))
    query = f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {wanted.page('DESC', 51)}"
    (plan,) = long.execute(query, wanted.asked).fetchone()[0]
    scans = [each for each in nodes(plan["Plan"]) if each.get("Relation Name") == "entry"]
    assert all(each["Actual Rows"] * each["Actual Loops"] <= 590 for each in scans)
    assert sum(each.get("Rows Removed by Filter", 0) for each in scans) == 0


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of a plan."""
    return [plan, *(each for child in plan.get("Plans", ()) for each in nodes(child))]
