"""A command counts once: sent twice, sent by eight at once, or met by other writers."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import (
    AlreadyStarted,
    KeyReused,
    ReferenceTaken,
    TooManyWriters,
    UnknownAgreement,
    UnknownOperation,
    UnknownPartner,
    UnknownToken,
)
from domain.ledger import Command, Done, Ledger, Recorded
from domain.partner import Partner
from tests.domain.ledger_story import KEY, asked, fresh, plan, plan_in, positions, revision, start_in
from tests.story import AUTHORITY, entry, planned

# The usual day


def test_a_command_answers_what_it_recorded_and_where(ledger, database_url):
    recorded = ledger.run(fresh(), lambda: Done(planned(), line="L1"))
    assert recorded.answer == {"reference": "ANZ-CARPEAUX", "version": 1, "line": "L1"}
    assert [recorded.position] == positions(database_url)
    assert not recorded.replayed
    assert ledger.head() == recorded.position


def test_what_was_recorded_is_found_again(ledger):
    operation = planned()
    operation.revise_cost(cost_cents=5, **entry("2009", reason="Indexation"))
    entries = list(operation.entries)
    ledger.run(fresh(), lambda: Done(operation))
    found = ledger.operation("ANZ-CARPEAUX")
    assert (found.entries, found.version, found.cost_cents) == (entries, 2, 5)
    assert found.pending_events == operation.pending_events == []


def test_several_records_are_appended_together_or_not_at_all(ledger, database_url):
    plan_in(ledger, "ONE")
    together = ledger.run(fresh(), lambda: Done(planned("TWO"), planned("THREE")))
    assert together.position == positions(database_url)[-1]
    with pytest.raises(ReferenceTaken, match="ONE"):
        ledger.run(fresh(), lambda: Done(planned("FOUR"), planned("ONE")))
    assert len(positions(database_url)) == 3
    with pytest.raises(UnknownOperation):
        ledger.operation("FOUR")


def test_a_command_that_changes_nothing_is_answered_without_an_entry(ledger, database_url):
    position = plan_in(ledger).position
    answer = ledger.run(fresh(), lambda: Done(ledger.operation("ANZ-CARPEAUX"), added=0))
    assert answer == Recorded(position, {"reference": "ANZ-CARPEAUX", "version": 1, "added": 0})
    assert positions(database_url) == [position]


def test_a_refused_command_leaves_nothing_and_may_be_sent_again(ledger, database_url):
    with pytest.raises(UnknownOperation):
        ledger.run(asked(), start_in(ledger))
    assert positions(database_url) == []
    plan_in(ledger)
    assert not ledger.run(asked(), start_in(ledger)).replayed


def test_what_the_ledger_does_not_know_is_named(ledger):
    with pytest.raises(UnknownOperation, match="NOWHERE"):
        ledger.operation("NOWHERE")
    with pytest.raises(UnknownAgreement, match="NOWHERE"):
        ledger.agreement("NOWHERE")
    with pytest.raises(UnknownToken, match="nothing"):
        ledger.token("nothing")
    with pytest.raises(UnknownPartner, match="nobody") as refused:
        ledger.partner("nobody")
    assert refused.value.field == "partner"
    with pytest.raises(UnknownPartner) as refused:
        ledger.known_partner("nobody", field="owner")
    assert refused.value.field == "owner"


def test_a_partner_counts_from_the_moment_it_is_registered(ledger):
    with pytest.raises(UnknownPartner):
        ledger.known_partner("anru")
    registered = Partner.register(
        authority=AUTHORITY, code="anru", name="ANRU", kind="state_anru", **entry("2004", reason="Loi du 1er août 2003")
    )
    ledger.run(fresh(), lambda: Done(registered))
    assert ledger.known_partner("anru") == ledger.known_partner("anru") == "anru"


def test_two_authorities_may_use_the_same_reference(ledger, database_url):
    other = Ledger(database_url, authority="elsewhere")
    plan_in(ledger)
    with pytest.raises(UnknownOperation):
        other.operation("ANZ-CARPEAUX")
    other.close()


# Sent again


@pytest.mark.parametrize("copy", [plan, lambda: plan("AUTRE"), lambda: Done()], ids=["refused", "in vain", "nothing"])
def test_a_key_sent_again_gets_the_first_answer_whatever_the_copy_would_do(ledger, database_url, copy):
    first = ledger.run(asked(), lambda: Done(planned(), line="L1", b=1, a=2))
    again = ledger.run(asked(), copy)
    assert again == Recorded(first.position, first.answer, replayed=True)
    assert list(again.answer) == list(first.answer)
    assert len(positions(database_url)) == 1


def test_a_key_that_served_for_another_demand_is_refused(ledger, database_url):
    ledger.run(asked(b"one"), plan)
    for act in (plan, lambda: plan("AUTRE"), lambda: Done()):
        with pytest.raises(KeyReused):
            ledger.run(asked(b"other"), act)
    assert len(positions(database_url)) == 1


def test_one_key_from_eight_at_once_has_one_effect(ledger, database_url):
    together = threading.Barrier(8)

    def send(_: int) -> Recorded:
        together.wait()
        return ledger.run(asked(), plan)

    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(send, range(8)))
    assert len({answer.position for answer in answers}) == 1
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 7
    assert len(positions(database_url)) == 1


def test_a_copy_that_meets_what_the_first_one_recorded_gets_its_answer(ledger):
    plan_in(ledger)
    first: list[Recorded] = []

    def act() -> Done:
        # The first copy arrives after this one has looked its key up, and before it asks the rules.
        first[:] = first or [ledger.run(asked(), start_in(ledger))]
        return start_in(ledger)()

    answer = ledger.run(asked(), act)
    assert (answer.position, answer.answer, answer.replayed) == (first[0].position, first[0].answer, True)


def test_one_key_with_two_demands_at_once_serves_one_of_them(ledger, database_url):
    def meanwhile() -> Done:
        ledger.run(asked(b"the faster one"), plan)
        return plan()

    with pytest.raises(KeyReused):
        ledger.run(Command(KEY, b"the slower one"), meanwhile)
    assert len(positions(database_url)) == 1


# Other writers


def interrupted(ledger: Ledger, times: int) -> tuple[list[int], Callable[[], Done]]:
    """A revision that others forestall so many times, and the count of its tries."""
    tries: list[int] = []

    def act() -> Done:
        done = revision(ledger, 100)()
        tries.append(done.records[0].version)
        if len(tries) <= times:
            ledger.run(fresh(), revision(ledger, len(tries)))
        return done

    return tries, act


def test_a_writer_who_was_forestalled_loads_again_and_records_after_the_other(ledger):
    plan_in(ledger)
    tries, act = interrupted(ledger, 1)
    assert ledger.run(fresh(), act).answer["version"] == 3
    assert tries == [2, 3]
    assert [e.cost_cents for e in ledger.operation("ANZ-CARPEAUX").entries] == [None, 1, 100]


def test_a_writer_forestalled_three_times_still_records(ledger):
    plan_in(ledger)
    tries, act = interrupted(ledger, 3)
    assert ledger.run(fresh(), act).answer["version"] == 5
    assert len(tries) == 4


def test_a_writer_forestalled_four_times_is_told_to_try_later(ledger, database_url):
    plan_in(ledger)
    tries, act = interrupted(ledger, 4)
    with pytest.raises(TooManyWriters, match="ANZ-CARPEAUX"):
        ledger.run(asked(), act)
    assert len(tries) == 4
    assert len(positions(database_url)) == 5
    assert ledger.run(asked(), plan_other).answer["reference"] == "OTHER"


def plan_other() -> Done:
    return plan("OTHER")


def test_the_rules_are_asked_again_when_another_was_faster(ledger):
    plan_in(ledger)

    start = start_in(ledger)

    def late() -> Done:
        done = start()
        ledger.run(fresh(), start)
        return done

    with pytest.raises(AlreadyStarted):
        ledger.run(fresh(), late)


def test_a_second_record_of_the_same_reference_is_refused(ledger, database_url):
    plan_in(ledger)
    with pytest.raises(ReferenceTaken, match="ANZ-CARPEAUX"):
        plan_in(ledger)
    assert len(positions(database_url)) == 1


def test_records_kept_from_an_earlier_try_are_not_taken_for_recorded(ledger, database_url):
    plan_in(ledger)
    stale = ledger.operation("ANZ-CARPEAUX")
    stale.revise_cost(cost_cents=1, **entry("2009", reason="Indexation"))
    ledger.run(fresh(), revision(ledger, 2))
    with pytest.raises(TooManyWriters):
        ledger.run(fresh(), lambda: Done(stale))
    assert len(positions(database_url)) == 2
