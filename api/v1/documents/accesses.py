"""The access log as auditors see it."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.accesses.table import AccessRow
from api.v1.documents.describing import NEXT, flag, instant, several, text, whole
from api.v1.documents.parts import Document, utc
from api.v1.schemas import says
from domain.vocabulary import ROLES


class Access(Schema):
    """A request on this API, or on a page for those who are signed in."""

    at = instant("When it was answered.")
    request_id = text("Its number: `X-Request-Id` of the answer.")
    account = text("Opaque id of the account that asked; null where nobody was recognised.", allow_none=True)
    name = text("Whose account it is; null where that is not known, or was erased.", allow_none=True)
    token = text(
        "Public id of the token that was sent; null: none. Without an account it is what somebody claimed to hold.",
        allow_none=True,
    )
    organisation = text("Partner code that it was asked for.", allow_none=True)
    role = fields.String(required=True, allow_none=True, metadata=says("In which role.", enum=[*ROLES, None]))
    method = text("Method of HTTP; null for one that HTTP does not know.", allow_none=True)
    route = text(
        "Route, as this description writes it, or that of a page; null: there is none at that address.", allow_none=True
    )
    object = text("The variable parts of the address, with slashes between them.", allow_none=True)
    operation = text("The operation that the request named, in its address or as a filter.", allow_none=True)
    partner = text("The partner that the request named, in its address or as a filter.", allow_none=True)
    export = flag("A file was asked for.")
    status = whole("Status of the answer.")
    refused = flag("Nothing was opened: 401, 403, 404 or 429.")
    ip = text("Address of the machine that asked.", allow_none=True)
    user_agent = text("The program that asked, as it calls itself; the first 300 characters.", allow_none=True)


class Accesses(Schema):
    items = several(Access, "Requests, the newest first.")
    next = text(NEXT, allow_none=True)


def access(row: AccessRow, name: str | None) -> Document:
    """A request. name: of whoever holds the account."""
    return {
        "at": utc(row.at),
        # As the answer bore it.
        "request_id": row.request_id.hex,
        "account": row.account,
        "name": name,
        "token": row.token,
        "organisation": row.organisation,
        "role": row.role,
        "method": row.method,
        "route": row.route,
        "object": row.object,
        "operation": row.operation,
        "partner": row.partner,
        "export": row.export,
        "status": row.status,
        "refused": row.refused,
        "ip": row.ip,
        "user_agent": row.user_agent,
    }
