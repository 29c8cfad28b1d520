"""Who reads what in full, as the rows say it: owners and funders, leaders and signatories."""

from datetime import date
from typing import Any

from projections import portfolio, timeline
from tests.story import committed, entry, planned, signed

TODAY = date(2012, 6, 30)


def readers(cursor: Any, reference: str = "ANZ-CARPEAUX") -> list[str]:
    """As the portfolio and the head of the timeline both say it."""
    row, head = portfolio.operation(cursor, reference, today=TODAY), timeline.operation(cursor, reference)
    assert row is not None
    assert head is not None
    assert row.readers == head.readers
    return list(row.readers)


def test_an_operation_is_read_in_full_by_its_owner_and_its_funders(told, cursor):
    operation = planned(owner="sigh")
    told(operation)
    assert readers(cursor) == ["sigh"]
    committed(operation, partner="region")
    committed(operation)
    committed(operation, partner="sigh", instrument="own_funds")
    told(operation)
    assert readers(cursor) == ["anru", "region", "sigh"]


def test_an_operation_without_owner_or_funder_is_read_in_full_by_no_partner(told, cursor):
    told(planned())
    assert readers(cursor) == []
    assert portfolio.readable(cursor, ["ANZ-CARPEAUX"], ["cavm", "anru"]) == set()


def test_a_new_owner_reads_and_the_former_one_does_not_any_more(told, cursor):
    operation = planned(owner="sigh")
    operation.change_owner(owner="region", **entry("2010"))
    told(operation)
    assert readers(cursor) == ["region"]


def test_who_put_money_in_by_mistake_reads_no_longer(told, cursor):
    operation = planned(owner="sigh")
    committed(operation)
    told(operation)
    operation.correct(target=2, changes={"partner": "region"}, **entry("2010", reason="Autre partenaire"))
    told(operation)
    assert readers(cursor) == ["region", "sigh"]


def test_an_agreement_is_read_in_full_by_its_leader_its_signatories_and_its_funders(told, cursor):
    agreement = signed(leader="sigh", signatories=("region", "etat"))
    agreement.allocate(partner="anru", instrument="grant", amount_cents=60_00, **entry("2008-06"))
    told(agreement)
    (row,) = portfolio.agreements(cursor)
    assert row.readers == ["anru", "etat", "region", "sigh"]


def test_one_query_says_what_somebody_may_read_of_many(told, cursor):
    own, funded, foreign = planned("OWN", owner="anru"), planned("FUNDED", owner="sigh"), planned("FOREIGN")
    committed(funded)
    committed(foreign, partner="region")
    led, other = signed("LED", leader="anru"), signed("OTHER", leader="sigh")
    told(own, funded, foreign, led, other)
    asked = ["OWN", "FUNDED", "FOREIGN", "LED", "OTHER", "ABSENT", "OWN"]
    assert portfolio.readable(cursor, asked, {"anru"}) == {
        ("operation", "OWN"),
        ("operation", "FUNDED"),
        ("agreement", "LED"),
    }
    assert portfolio.readable(cursor, asked, ["region"]) == {("operation", "FOREIGN")}
    assert portfolio.readable(cursor, asked, []) == set()
    assert portfolio.readable(cursor, [], ["anru"]) == set()


def test_an_operation_and_an_agreement_of_one_name_answer_each_for_itself(told, cursor):
    told(planned("SAME", owner="sigh"), signed("SAME", leader="region"))
    assert portfolio.readable(cursor, ["SAME"], ["sigh"]) == {("operation", "SAME")}
    assert portfolio.readable(cursor, ["SAME"], ["region"]) == {("agreement", "SAME")}


def test_a_search_by_partner_finds_for_a_partner_only_what_it_reads_in_full(told, cursor):
    shared, foreign = planned("SHARED", owner="sigh"), planned("FOREIGN", owner="etat")
    committed(shared)
    committed(shared, partner="region")
    committed(foreign)
    told(shared, foreign)

    def found(**wanted: Any) -> list[str]:
        return [row.reference for row in portfolio.operations(cursor, today=TODAY, **wanted)]

    assert found(partner="anru") == found(partner="anru", readers=["anru"]) == ["FOREIGN", "SHARED"]
    assert found(partner="anru", readers={"region"}) == ["SHARED"]
    assert found(partner="anru", readers=[]) == []
    assert found(readers=["region"]) == ["FOREIGN", "SHARED"]
