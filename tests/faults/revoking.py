"""A token that somebody goes on using while it is taken back."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from tests.api.crashing import Answer, decided, until
from tests.faults.house import House
from tests.faults.load import BREATH, PARTNER

USERS = 2


class Revoked:
    """A partner's token, used without a pause by several at once.

    answers: how often which status came back. opened_again: when the token opened something, in seconds after its
    revocation had been answered, though it was sent later than that.
    """

    def __init__(self, house: House, key: str) -> None:
        token = house.grant("--name", "Prêté", "--role", "partner", "--organisation", "anru")
        self._house, self._key, self._id = house.by(token), key, token.split("_")[1]
        self._stop, self._pool = threading.Event(), ThreadPoolExecutor(USERS)
        self._answered_at: float | None = None
        self._running: list[Future[None]] = []
        self.answers: Counter[int] = Counter()
        self.opened_again: list[float] = []

    def __enter__(self) -> Self:
        self._running = [self._pool.submit(self._use) for _ in range(USERS)]
        until(lambda: self.answers[200])
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            self.refused()
        self._stop.set()
        for each in self._running:
            each.result()
        self._pool.shutdown()

    def revoke(self) -> float:
        """Take it back, sent again until that is done; the seconds that it took."""
        began = time.monotonic()
        answer = until(lambda: decided(self.ask()))
        assert answer.status == 201, answer
        self._answered_at = time.monotonic()
        return self._answered_at - began

    def ask(self) -> Answer:
        """Ask once for it to be taken back."""
        admin, address = self._house.by(self._house.admin), f"/v1/tokens/{self._id}/revoke"
        return admin.post(address, {"reason": "Perdu"}, Idempotency_Key=self._key)

    def refused(self) -> None:
        """Let it be tried once more from now on."""
        had = self.answers[401] + self.answers[429]
        until(lambda: self.answers[401] + self.answers[429] > had + USERS)

    def _use(self) -> None:
        while not self._stop.wait(BREATH):
            after, answer = self._answered_at, self._house.get(PARTNER)
            self._note(after, answer)

    def _note(self, after: float | None, answer: Answer) -> None:
        self.answers[answer.status] += 1
        if after is not None and answer.status in (200, 304):
            self.opened_again.append(time.monotonic() - after)
