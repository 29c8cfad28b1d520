"""Recording: a command counts once for its key, meets the version its sender expects, and says what it recorded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import msgspec
from flask import Response, g, request

from api.http import access
from api.http.access import Principal
from api.http.json import dump
from api.http.problems import NotValid
from api.services import services
from domain.agreement import Agreement
from domain.dates import PartialDate, paris_day
from domain.errors import UnknownAmendedOperation, UnknownContainer, UnknownFrame, VersionConflict
from domain.event import Author, Entry
from domain.ledger import Command, Done, Ledger, Recorded
from domain.money import PlannedShare
from domain.operation import Operation

KEYS = uuid5(NAMESPACE_URL, "jalon:idempotency-key")
KEY = re.compile(r"[!-~]{1,255}")

_canonical = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class Recording:
    """One command on its way to the ledger: who asks, at which instant, what facts, meeting which version.

    dated: the sender said when it happened; otherwise the entry is of today. shown: what is told once and kept nowhere,
    by the record that it is about.
    """

    ledger: Ledger
    who: Principal
    at: datetime
    facts: dict[str, Any]
    entry: Entry
    dated: bool
    expected: str | None
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)

    def operation(self, reference: str) -> Operation:
        """The operation to record on. Raises UnknownOperation, Forbidden, VersionConflict."""
        operation = self.ledger.operation(reference)
        access.may_record_on(operation, self.who, self.ledger)
        self.meets(operation.version)
        return operation

    def agreement(self, reference: str) -> Agreement:
        """The agreement to record on. Raises UnknownAgreement, Forbidden, VersionConflict."""
        agreement = self.ledger.agreement(reference)
        access.may_lead(agreement.leader, self.who)
        self.meets(agreement.version)
        return agreement

    def meets(self, version: int) -> None:
        """Raises VersionConflict when the sender expects another version; 0 is that of what does not exist yet."""
        if self.expected is not None and self.expected != str(version):
            raise VersionConflict(expected=self.expected, current=version)

    def known_partners(self, *codes: str | None, field: str) -> None:
        """Raises UnknownPartner for the first code that is none; None is let through."""
        for code in filter(None, codes):
            self.ledger.known_partner(code, field=field)

    def known_funders(self, shares: Iterable[PlannedShare], *, field: str) -> None:
        """Raises UnknownPartner for the first share that names a partner who is none."""
        for index, share in enumerate(shares):
            self.known_partners(share.partner, field=f"{field}.{index}.partner")

    def operations(self, references: Iterable[str]) -> list[Operation]:
        """The operations that a command on their agreement touches; its rights are those on the agreement."""
        return [self.ledger.operation(reference) for reference in references]

    def amended(self, reference: str, *, field: str) -> Operation:
        """An operation that an amendment names; its rights are on the agreement. Raises UnknownAmendedOperation."""
        operation = self.ledger.find(Operation, reference)
        if operation is None:
            raise UnknownAmendedOperation(field=field, reference=reference)
        return operation

    def frame(self, reference: str | None, *, field: str = "agreement") -> Agreement | None:
        """The agreement that a command names. Raises UnknownFrame."""
        agreement = self.ledger.find(Agreement, reference) if reference else None
        if reference and agreement is None:
            raise UnknownFrame(field=field, reference=reference)
        return agreement

    def container(self, reference: str | None, *, field: str = "part_of") -> Operation | None:
        """The operation that a command names as containing another. Raises UnknownContainer."""
        operation = self.ledger.find(Operation, reference) if reference else None
        if reference and operation is None:
            raise UnknownContainer(field=field, reference=reference)
        return operation


@dataclass(frozen=True)
class Sent:
    """What comes with a command besides its facts: the sender's key and expected version, each None where not sent."""

    key: str | None
    expected: str | None
    source: str = "api"


Then = Callable[[Recorded, dict[str, Any]], None]


def record(body: dict[str, Any], act: Callable[[Recording], Done], then: Then = lambda *_: None) -> Response:
    """Run what a route of the API asks, once, and answer."""
    recorded, shown = run(body, act, then, Sent(request.headers.get("Idempotency-Key"), expected_version()))
    return answer(recorded, shown)


def run(
    body: dict[str, Any], act: Callable[[Recording], Done], then: Then, sent: Sent
) -> tuple[Recorded, dict[str, Any]]:
    """Run what a route asks, once: what was recorded, and what is told of it this once.

    body: what the command's schema read. then: what is to follow before every answer, a replayed one too. The key
    comes before the version: a sender whose acknowledgement was lost expects a version that its own command has made
    stale.
    """
    who, at = access.principal(), services().clock()
    command = identified(who, sent.key)
    recording = Recording(
        ledger=services().ledger,
        who=who,
        at=at,
        facts={name: value for name, value in body.items() if name not in Entry.__annotations__},
        entry=entry(body, at=at, by=author(who, command.id, sent.source)),
        dated="on" in body,
        expected=sent.expected,
    )
    recorded = recording.ledger.run(command, lambda: act(recording))
    then(recorded, recording.facts)
    return recorded, recording.shown.get(recorded.answer["reference"], {})


def identified(who: Principal, key: str | None) -> Command:
    """What makes this request a command that counts once: the sender's key, or an id of our own."""
    if key is None:
        return Command(id=uuid4())
    if not KEY.fullmatch(key):
        sentence = "La clé d'idempotence a de 1 à 255 caractères ASCII visibles."
        raise NotValid(sentence, errors={"Idempotency-Key": [sentence]})
    # The key is kept nowhere, so that nothing of what was asked can be guessed from the digest.
    asked = b"\n".join((key.encode(), request.method.encode(), request.path.encode(), _canonical(g.body)))
    return Command(id=uuid5(KEYS, f"{who.holder}\n{key}"), fingerprint=hashlib.sha256(asked).digest(), keyed=True)


def author(who: Principal, command: UUID, source: str) -> Author:
    """Who records, as the entry will say for ever."""
    return Author(
        actor=who.holder,
        organisation=who.organisation,
        role=who.role,
        source=source,
        credential=who.token,
        command=command,
        correlation=command,
    )


def entry(body: dict[str, Any], *, at: datetime, by: Author) -> Entry:
    """What every entry carries; where a command may leave `on` out, it is today."""
    return Entry(
        on=body.get("on") or PartialDate.of(paris_day(at)),
        at=at,
        by=by,
        reason=body.get("reason"),
        documents=body.get("documents", ()),
    )


def expected_version() -> str | None:
    """The version in If-Match; None when it is not sent. What cannot be a version meets none, and is not said again."""
    sent = request.headers.get("If-Match")
    if sent is None:
        return None
    tag = next(iter(request.if_match.as_set()), None) or ""
    plain = tag.isascii() and tag.isdigit() and sent.strip() == f'"{tag}"'
    return tag if plain else "?"


def answer(recorded: Recorded, shown: dict[str, Any]) -> Response:
    """201: what was recorded, or what had been when the command came first. shown: what is told this once."""
    named = {name: recorded.answer[name] for name in ("reference", "version")}
    content = named | {"position": recorded.position} | recorded.answer | shown
    response = Response(dump(content), 201, content_type="application/json")
    response.set_etag(str(content["version"]))
    response.headers["Jalon-Position"] = str(recorded.position)
    if recorded.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
