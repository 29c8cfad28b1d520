"""Tells new projections a large ledger in several processes at once, each with records of its own."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any, cast

import msgspec
import psycopg
from eventsourcing.persistence import MapperDeserialisationError

from domain.ledger import Stretch
from projections.progress import DAWN
from projections.projection import Projection
from projections.replay import Clock, NotRebuilt, Progressed, replay

# The connection is lost, or somebody else holds a lock: nothing is wrong with the entries.
TRANSIENT = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.IdleInTransactionSessionTimeout)

# Below this many entries, starting a process costs more time than it saves.
WORTH_IT = 20_000
MOST = 4

# For projections that are whole: they know no clock.
TIMELESS = Clock(DAWN, {})


class Order(msgspec.Struct):
    """What a process of its own is to tell. names: of the projections that are built beside the live ones."""

    database_url: str
    names: list[str]
    stretch: Stretch
    clock: Clock


class Answer(msgspec.Struct, omit_defaults=True):
    """What it says of it: how many entries it has told so far, the latest instant of all at its end, or what failed."""

    told: int = 0
    latest: datetime | None = None
    refused: str | None = None
    away: str | None = None


def parts(entries: int) -> int:
    """How many processes so many entries are worth."""
    return min(os.cpu_count() or 1, MOST) if entries >= WORTH_IT else 1


def tell_all(
    database_url: str,
    projections: Sequence[Projection],
    stretch: Stretch,
    clock: Callable[[], Clock],
    count: int,
    told: Progressed,
) -> datetime:
    """Tell new projections a stretch in `count` processes; the latest instant of recording by its end.

    clock: that of the stretch, if any of them asks for it. Raises NotRebuilt.
    """
    alone = [each.name for each in projections if each.whole]
    by_record = [each.name for each in projections if not each.whole]
    if count == 1:
        return tell_part(database_url, projections, stretch, clock() if by_record else TIMELESS, told)
    parted = stretch.parts(count) if by_record else []
    latest, so_far = TIMELESS.latest, [0] * (len(alone) + len(parted))
    with started(len(so_far)) as processes:
        give(processes, [Order(database_url, [name], stretch, TIMELESS) for name in alone])
        if parted:
            # Meanwhile the others have begun.
            known = clock()
            latest = known.latest
            give(processes[len(alone) :], [Order(database_url, by_record, part, known) for part in parted])
        for number, answer in answers(processes):
            latest = max(latest, answer.latest or latest)
            if answer.told:
                so_far[number] = answer.told
                told(sum(so_far))
    return latest


def tell_part(
    database_url: str, projections: Sequence[Projection], stretch: Stretch, clock: Clock, told: Progressed
) -> datetime:
    """The same in this process."""
    try:
        with psycopg.connect(database_url) as source, psycopg.connect(database_url) as target:
            for projection in projections:
                if projection.whole:
                    projection.take(target.cursor(), stretch)
            by_record = [projection for projection in projections if not projection.whole]
            if not by_record:
                return clock.latest
            return replay(source, target.cursor(), by_record, stretch, clock, told, fresh=True)
    except TRANSIENT:
        raise
    except MapperDeserialisationError as error:
        raise NotRebuilt(str(error)) from error
    except psycopg.Error as error:
        # What PostgreSQL does not take comes back later than the entry that it came from.
        raise NotRebuilt(f"{type(error).__name__}: {error}") from error


@contextmanager
def started(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that wait for their orders; none is left afterwards."""
    command = [sys.executable, "-m", "projections.part"]
    # Unbuffered, or a line could wait in a buffer where `select` does not see it. In a session of their own, so that
    # Ctrl-C reaches this process alone, which then ends them.
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0, "start_new_session": True}
    processes = [cast("subprocess.Popen[bytes]", subprocess.Popen(command, **cast(Any, pipes))) for _ in range(count)]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                cast("IO[bytes]", pipe).close()
            process.wait()


def give(processes: Sequence[subprocess.Popen[bytes]], orders: Sequence[Order]) -> None:
    """Tell the first of some processes what to do, one order each."""
    for process, order in zip(processes, orders, strict=False):
        write_line(process, msgspec.json.encode(order))


def write_line(process: subprocess.Popen[bytes], line: bytes) -> None:
    """Tell a process something; its pipe may take less than all at once."""
    rest = memoryview(line + b"\n")
    while rest:
        rest = rest[cast("IO[bytes]", process.stdin).write(rest) :]


def answers(processes: Sequence[subprocess.Popen[bytes]]) -> Iterator[tuple[int, Answer]]:
    """What the processes say, each with its number, until all have done their part.

    Raises NotRebuilt, psycopg.OperationalError.
    """
    with selectors.DefaultSelector() as selector:
        for number, process in enumerate(processes):
            selector.register(cast("IO[bytes]", process.stdout), selectors.EVENT_READ, number)
        while selector.get_map():
            for key, _ in selector.select():
                answer = read_answer(cast("IO[bytes]", key.fileobj))
                yield key.data, answer
                if answer.latest:
                    selector.unregister(key.fileobj)


def read_answer(pipe: IO[bytes]) -> Answer:
    """The next line of a process. Raises NotRebuilt, psycopg.OperationalError, where it failed."""
    line = pipe.readline()
    if not line:
        raise NotRebuilt("A process that told a part of the ledger has ended; what it said stands above.")
    answer = msgspec.json.decode(line, type=Answer)
    if answer.away is not None:
        raise psycopg.OperationalError(answer.away)
    if answer.refused is not None:
        raise NotRebuilt(answer.refused)
    return answer
