"""`jalon log`: a conversation, then one entry, or none."""

from domain.ledger import Command, Done, Ledger
from tests.run.conftest import Jalon
from tests.story import COMMAND, planned


def recorded(ledger: Ledger, reference: str = "ANZ-CARPEAUX") -> None:
    ledger.run(Command(id=COMMAND), lambda: Done(planned(reference)))


def test_a_funding_is_asked_shown_and_recorded(jalon: Jalon, ledger: Ledger):
    recorded(ledger)
    done = jalon("log", answers="anz-carpeaux\n5\nanru\n1\n1 234 567,50\nDAS-7\n2009-03\n\no\ny\n")
    assert done.exit_code == 0, done.output
    assert "Financement engagé, mars 2009" in done.output
    assert "montant : 1\u202f234\u202f567,50\u00a0€" in done.output
    operation = ledger.operation("ANZ-CARPEAUX")
    line = operation.money.lines["L1"]
    assert (line.partner, line.committed_cents) == ("anru", 123_456_750)
    assert operation.entries[-1].by.source == "cli"
    assert operation.entries[-1].on.text == "2009-03"


def test_a_no_records_nothing(jalon: Jalon, ledger: Ledger):
    recorded(ledger)
    before = ledger.head()
    done = jalon("log", answers="ANZ-CARPEAUX\n1\nPremière pierre\n2009-03-02\n\nn\n")
    assert "Rien n'a été enregistré." in done.output
    assert ledger.head() == before


def test_what_cannot_be_read_is_asked_again(jalon: Jalon, ledger: Ledger):
    recorded(ledger)
    done = jalon("log", answers="NULLE-PART\nANZ-CARPEAUX\n99\n1\n\nPremière pierre\n2009-13\n2009-03\n\ny\n")
    assert done.exit_code == 0, done.output
    assert "NULLE-PART" in done.output
    assert ledger.operation("ANZ-CARPEAUX").milestones["premiere-pierre"].label == "Première pierre"


def test_a_rule_of_the_house_is_told_in_its_own_words(jalon: Jalon, ledger: Ledger):
    recorded(ledger)
    before = ledger.head()
    done = jalon("log", answers="ANZ-CARPEAUX\n6\n2009-03\n\ny\n")
    assert done.exit_code == 1
    assert "ni affectation ni engagement" in done.output
    assert ledger.head() == before


def test_a_second_milestone_of_the_same_title_gets_a_code_of_its_own(jalon: Jalon, ledger: Ledger):
    recorded(ledger)
    for day in ("2009-03-02", "2009-04-02"):
        assert jalon("log", answers=f"ANZ-CARPEAUX\n1\nRéunion\n{day}\n\ny\n").exit_code == 0
    assert list(ledger.operation("ANZ-CARPEAUX").milestones) == ["reunion", "reunion-2"]
