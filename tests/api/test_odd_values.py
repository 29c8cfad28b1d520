"""Bodies in which one value is not what it should be, whichever it is: never a fault of ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.desk import CARPEAUX, Desk
from tests.api.test_amending import MOVED, REVISED, TRANSFERRED, amendment
from tests.api.test_commands import ACCEPTED

ODD = [None, True, -1, 0, 1.5, 10**24, "", "\u202e", "L1\n", "2" * 5_000, [], [None], [[]], {}, {"kind": []}]
AMENDED = amendment(MOVED, REVISED, TRANSFERRED)
CORRECTED = {"changes": {"title": "A", "signatories": ["anru"]}, "reason": "Faute"}


def with_odd(body: Any) -> Iterator[Any]:
    """The body, with something odd in the place of each of its values in turn."""
    places = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for place, value in places:
        for odd in [*ODD, *with_odd(value)]:
            changed = body.copy()
            changed[place] = odd
            yield changed


@pytest.mark.parametrize(("path", "body", "_"), ACCEPTED, ids=[path for path, _, _ in ACCEPTED])
def test_whatever_stands_in_a_field_is_recorded_or_refused_in_words(funded: Desk, path, body, _):
    told(funded, CARPEAUX + path, body)


@pytest.mark.parametrize(("path", "body"), [("/amendments", AMENDED), ("/entries/1/correct", CORRECTED)])
def test_whatever_an_agreement_is_told_is_recorded_or_refused_in_words(corridor: Desk, path, body):
    told(corridor, "/v1/agreements/PNRU-2008" + path, body)


def told(desk: Desk, path: str, body: Any) -> None:
    """Nothing of the kind is a fault of ours, and the projections take in what was recorded."""
    for odd in with_odd(body):
        response = desk.post(path, odd)
        assert response.status_code in (201, 404, 409, 422), odd
        assert response.status_code == 201 or response.json["detail"], odd
    desk.follower.catch_up()
