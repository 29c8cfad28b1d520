"""An amendment in the real ledger: one append, whatever happens in the middle."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from domain.amending import Reschedule, Transfer, amend, touched
from domain.errors import NotInAgreement
from domain.ledger import Done, Ledger
from tests.domain.ledger_story import fresh, positions, revision
from tests.story import committed, day, entry, planned, signed

ROOT = Path(__file__).parents[2]
NAMES = ("ANZIN", "BRUAY", "MARLY")
CHANGES = (
    *(Reschedule(operation=name, delivers_on=day("2013")) for name in NAMES),
    Transfer(from_operation="ANZIN", from_line="L1", to_operation="BRUAY", to_line="L1", amount_cents=40_00),
)


def corridor(ledger: Ledger, reference: str = "PNRU-2008", names: tuple[str, ...] = NAMES) -> None:
    """An agreement and three funded operations of it, in the ledger."""
    agreement = signed(reference)
    operations = [planned(name, agreement=agreement) for name in names]
    for operation in operations:
        committed(operation)
    ledger.run(fresh(), lambda: Done(agreement, *operations))


def amendment(ledger: Ledger, changes=CHANGES, number=2) -> Done:
    """The amendment, on what the ledger holds now."""
    operations = [ledger.operation(name) for name in touched(changes)]
    known = entry("2011", reason="Retard du foncier")
    return Done(*amend(ledger.agreement("PNRU-2008"), operations, number=number, changes=changes, **known))


def test_an_amendment_is_one_append(ledger, database_url):
    corridor(ledger)
    before = len(positions(database_url))
    recorded = ledger.run(fresh(), lambda: amendment(ledger))
    assert recorded.answer == {"reference": "PNRU-2008", "version": 2}
    assert positions(database_url)[before:] == list(range(recorded.position - 5, recorded.position + 1))
    assert [ledger.operation(name).money.figures.committed_cents for name in NAMES] == [60_00, 140_00, 100_00]


def test_a_refused_amendment_leaves_nothing(ledger, database_url):
    corridor(ledger)
    ledger.run(fresh(), lambda: Done(planned("TRITH")))
    before = positions(database_url)
    with pytest.raises(NotInAgreement):
        ledger.run(
            fresh(), lambda: amendment(ledger, (*CHANGES, Reschedule(operation="TRITH", delivers_on=day("2013"))))
        )
    assert positions(database_url) == before


def test_when_one_operation_has_moved_on_nothing_is_recorded_until_all_are_loaded_again(ledger):
    corridor(ledger)
    tries = []

    def act() -> Done:
        done = amendment(ledger)
        tries.append(ledger.agreement("PNRU-2008").version)
        if len(tries) == 1:
            # Somebody records on the last operation after it was loaded: the append as a whole is refused.
            ledger.run(fresh(), revision(ledger, 5_00, "MARLY"))
        return done

    ledger.run(fresh(), act)
    assert tries == [1, 1]
    assert [ledger.operation(name).version for name in NAMES] == [4, 4, 4]
    assert ledger.operation("MARLY").cost_cents == 5_00


def test_a_process_killed_in_the_middle_leaves_whole_amendments_only(ledger, database_url):
    groups = {f"A{n}": tuple(f"A{n}-{name}" for name in NAMES) for n in range(4)}
    for reference, names in groups.items():
        corridor(ledger, reference, names)
    program = [sys.executable, "-m", "tests.domain.amending_without_end", database_url]
    children = [
        subprocess.Popen([*program, reference, *names], cwd=ROOT, stdout=subprocess.PIPE)
        for reference, names in groups.items()
    ]
    for child in children:
        child.stdout.readline()
        time.sleep(random.uniform(0, 0.03))
        child.kill()
        child.communicate()
    for reference, names in groups.items():
        recorded = Counter(
            entry.amendment for name in names for entry in ledger.operation(name).entries if hasattr(entry, "amendment")
        )
        numbers = [each.number for each in ledger.agreement(reference).amendments.values()]
        assert numbers == list(range(1, len(numbers) + 1))
        assert recorded == {f"{reference}/{number}": 5 for number in numbers}
        assert numbers
