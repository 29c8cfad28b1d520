"""A program of the tests: signs one amendment after the other until somebody kills it.

python -m tests.domain.amending_without_end DATABASE_URL AGREEMENT OPERATION...
"""

import sys
from itertools import count
from uuid import uuid4

from domain.amending import Reschedule, Transfer, amend, touched
from domain.dates import PartialDate
from domain.ledger import Command, Done, Ledger
from tests.story import AUTHORITY, entry


def main(database_url: str, agreement: str, first: str, second: str, third: str) -> None:
    """Each amendment moves three calendars, and one cent from the first operation to the second and back."""
    ledger = Ledger(database_url, authority=AUTHORITY)
    for number in count(1):
        due = PartialDate.parse(str(2000 + number % 100))
        ends = (first, second) if number % 2 else (second, first)
        changes = [
            *(Reschedule(operation=each, delivers_on=due) for each in (first, second, third)),
            Transfer(from_operation=ends[0], from_line="L1", to_operation=ends[1], to_line="L1", amount_cents=1),
        ]

        def act(number: int = number, changes: list = changes) -> Done:
            operations = [ledger.operation(each) for each in touched(changes)]
            known = entry("2011", reason="Avenant")
            return Done(*amend(ledger.agreement(agreement), operations, number=number, changes=changes, **known))

        ledger.run(Command(uuid4()), act)
        print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
