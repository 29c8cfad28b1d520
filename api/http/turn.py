"""The request that is being answered, as the steps see it that every request goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Request
from flask.globals import app_ctx, request_ctx

from api.services import EXTENSION, Services

if TYPE_CHECKING:
    from flask.ctx import _AppCtxGlobals


class Turn(NamedTuple):
    """What those steps work with: a look through Flask's proxies costs as much as many of them, so it is taken once.

    view: the function of its route; None where there is none. here: what is noted about the request, Flask's `g`.
    """

    asked: Request
    view: Callable[..., Any] | None
    here: _AppCtxGlobals
    given: Services


def present() -> Turn:
    """That of the present request."""
    context, asked = app_ctx._get_current_object(), request_ctx.request  # type: ignore[attr-defined]
    app = context.app
    return Turn(asked, app.view_functions.get(asked.endpoint), context.g, app.extensions[EXTENSION])
