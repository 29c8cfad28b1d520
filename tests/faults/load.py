"""Those who work while something breaks: writers who know what was acknowledged, and readers who look for it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

from tests.api.crashing import Answer, Writer, decided, everybody_gets_on, planned, positions, until
from tests.api.desk import GRANT
from tests.faults.house import House
from tests.faults.witness import Witness

NUMBERS = count(1)

# Seconds. What is started again on the same machine gets its turn, and readers read more than a few endless timelines.
BREATH = 0.01

PARTNER = "/v1/partners/anru/commitments"


class Recorder(Writer):
    """Logs milestones and, now and then, what a partner commits."""

    def command(self, number: int) -> tuple[str, dict[str, Any]]:
        if number % 3:
            return super().command(number)
        return "commitments", GRANT | {"amount_cents": number * 100}


@dataclass
class Reader:
    """Reads what a writer was told is recorded, and what its partner commits, until told to stop.

    answers: how often which status came back. behind: answers that were older than what had been acknowledged before
    they were asked for. taken: seconds, one for each answer. waited: the same of those who asked for a position.
    """

    house: House
    writer: Writer
    answers: Counter[str] = field(default_factory=Counter)
    behind: list[str] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def read(self, stop: threading.Event) -> None:
        while not stop.wait(BREATH):
            self.read_what_was_written()
            self.ask(f"{self.writer.operation}/timeline")
            self.ask(PARTNER)

    def read_what_was_written(self) -> None:
        """Read-your-writes: an answer that is given at all holds what was acknowledged before."""
        if not self.writer.acknowledged:
            return
        version, position = self.writer.acknowledged[-1]
        answer = self.ask(f"{self.writer.operation}/timeline?min_position={position}", waits=True)
        if answer.status == 200:
            seen = answer.json["version"], int(answer.headers["jalon-position"])
            if seen < (version, 0) or seen[1] < position:
                self.behind.append(f"asked for {position} (version {version}), was given {seen}")

    def ask(self, path: str, *, waits: bool = False) -> Answer:
        began = time.monotonic()
        answer = self.house.get(path)
        (self.waited if waits else self.taken).append(time.monotonic() - began)
        self.answers[said(answer)] += 1
        if answer.status >= 500:
            # Whoever cannot be answered is told when to ask again.
            assert decided(answer) is None, answer.body
        return answer


def said(answer: Answer) -> str:
    """The kind of an answer, as the table of faults names it."""
    if answer.status == 0:
        return "cut"
    if answer.status == 200:
        return "200 stale" if "jalon-stale" in answer.headers else "200"
    return f"{answer.status} {answer.json['code']}"


@dataclass
class Load:
    """Writers and readers at work, beside a witness. before: the position that the ledger had reached before them."""

    house: House
    writers: list[Recorder]
    readers: list[Reader]
    witness: Witness
    before: int

    def gets_on(self) -> None:
        """Every writer has recorded something more: what follows meets all of them at work."""
        everybody_gets_on(list(self.writers))

    @property
    def acknowledged(self) -> int:
        return sum(len(each.acknowledged) for each in self.writers)

    @property
    def answers(self) -> Counter[str]:
        return sum((each.answers for each in self.readers), Counter())

    def answered(self, *statuses: str) -> None:
        """Let each reader go on until it was given one more of these."""
        for each in self.readers:
            had = sum(each.answers[status] for status in statuses)
            until(lambda each=each, had=had: sum(each.answers[status] for status in statuses) > had)

    def timed(self) -> Times:
        """What the readers' answers took since somebody asked last."""
        found = Times([], [])
        for each in self.readers:
            found = found.and_more(Times(each.taken, each.waited))
            each.taken, each.waited = [], []
        return found


class Times(NamedTuple):
    """Seconds. waited: of those who asked for a position."""

    taken: list[float]
    waited: list[float]

    def and_more(self, others: Times) -> Times:
        return Times(self.taken + others.taken, self.waited + others.waited)

    def __str__(self) -> str:
        return f"{p99(self.taken):.0f} ms (read-your-writes {p99(self.waited):.0f} ms)"


@contextmanager
def load(house: House, *, writers: int = 4, readers: int = 2) -> Iterator[Load]:
    """Writers, each on an operation of its own, and readers, until the context is left."""
    at_work = [Recorder(house, planned(house, f"FAULT-{next(NUMBERS)}"), breath=BREATH) for _ in range(writers)]
    reading = [Reader(house, at_work[n % writers]) for n in range(readers)]
    for each in at_work:
        until(lambda each=each: house.get(f"{each.operation}/timeline").status == 200)
    made = Load(house, at_work, reading, Witness(house.database_url), positions(house)[-1])
    stop = threading.Event()
    working = [each.write for each in at_work] + [each.read for each in reading] + [made.witness.look]
    with ThreadPoolExecutor(len(working)) as pool:
        running = [pool.submit(work, stop) for work in working]
        try:
            made.gets_on()
            yield made
            made.gets_on()
        finally:
            stop.set()
        for each in running:
            each.result()


def p99(taken: list[float]) -> float:
    """Milliseconds."""
    return sorted(taken)[int(len(taken) * 0.99)] * 1000 if taken else 0.0
