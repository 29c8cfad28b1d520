"""A record with known answers to the twelve questions: one operation, two funders, two people, to the cent.

Recorded as it went from January 2025 to August 2026, so that it can be asked what was known when.
"""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from domain.access import Token
from domain.dates import PartialDate
from domain.event import Author, Document, Entry
from domain.operation import Operation
from domain.partner import Partner
from tests.api.desk import PARTNERS, SECRET, TOKENS, Desk
from tests.story import AUTHORITY

REFERENCE = "ANZ-CARPEAUX"
DECISION = Document("Décision attributive", "DAS-2025-1", hashlib.sha256(b"DAS-2025-1").hexdigest())
RIDER = Document("Avenant n° 1", "DAS-2025-2", hashlib.sha256(b"DAS-2025-2").hexdigest())
VOUCHER = Document("Mandat", "V-1", hashlib.sha256(b"V-1").hexdigest())


def entry(
    recorded: str,
    on: str,
    by: str = "u-12",
    *,
    reason: str | None = None,
    documents: tuple[Document, ...] = (),
    on_behalf_of: str | None = None,
) -> Entry:
    """What was recorded on a day at ten in the morning, UTC, with the token of that person."""
    at = datetime.fromisoformat(f"{recorded}T10:00:00").replace(tzinfo=UTC)
    command = UUID(hashlib.md5(f"{recorded}{on}{by}".encode(), usedforsecurity=False).hexdigest())
    author = Author(
        actor=by,
        organisation=AUTHORITY,
        role="team",
        source="api",
        credential=by.replace("u-", "t"),
        command=command,
        correlation=command,
        on_behalf_of=on_behalf_of,
    )
    return Entry(on=PartialDate.parse(on), at=at, by=author, reason=reason, documents=documents)


def tell(desk: Desk) -> None:
    """Record all of it."""
    first = entry("2025-01-06", "2025-01-06", "u-1")
    for code, kind in PARTNERS.items():
        desk.save(Partner.register(authority=AUTHORITY, code=code, name=code.upper(), kind=kind, **first))
    for name, (role, organisations) in TOKENS.items():
        secret = hashlib.sha256(SECRET.encode()).hexdigest()
        held = {"token": name, "holder": f"u-{name}", "role": role, "organisations": organisations, "sha256": secret}
        desk.save(Token.grant(authority=AUTHORITY, **held, **first))
    desk.save(carpeaux())


def carpeaux() -> Operation:
    """The operation, from its plan to a correction."""
    told = Operation.plan(
        authority=AUTHORITY,
        reference=REFERENCE,
        title="Anzin : Carpeaux",
        communes=("59014",),
        theme="social_housing",
        cost_cents=56_000_000_00,
        starts_on=PartialDate.parse("2025-02"),
        delivers_on=PartialDate.parse("2026-06-30"),
        **entry("2025-01-10", "2025-01-08"),
    )
    told.commit(
        partner="anru",
        instrument="grant",
        amount_cents=10_000_000_00,
        decision_ref="DAS-2025-1",
        **entry("2025-02-03", "2025-02-01", documents=(DECISION,)),
    )
    told.commit(
        partner="region", instrument="grant", amount_cents=2_000_000_00, **entry("2025-02-20", "2025-02-18", "u-14")
    )
    told.start(**entry("2025-03-10", "2025-01-20", "u-14"))
    told.pay(
        line="L1",
        kind="advance",
        amount_cents=4_000_000_00,
        external_ref="V-1",
        **entry("2025-04-02", "2025-03-28", "u-14", documents=(VOUCHER,)),
    )
    told.pay(
        line="L1", kind="interim", amount_cents=3_500_000_00, external_ref="V-2", **entry("2025-06-16", "2025-06-10")
    )
    told.revise_commitment(
        line="L1",
        amount_cents=10_500_000_00,
        decision_ref="DAS-2025-2",
        **entry("2025-09-15", "2025-09-10", "u-14", reason="Avenant n° 1", documents=(RIDER,)),
    )
    told.report_rehousing(
        households_to_rehouse=173,
        households_rehoused=96,
        **entry("2026-02-10", "2025-05-01", "u-14", on_behalf_of="u-12"),
    )
    told.deliver(**entry("2026-07-20", "2026-07-15", "u-14"))
    told.correct(
        target=5,
        changes={"amount_cents": 3_900_000_00},
        agreement=None,
        **entry("2026-08-03", "2026-08-03", reason="Erreur de saisie"),
    )
    return told
