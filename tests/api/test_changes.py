"""What changed between two days, where something was put right, and who is told."""

from typing import Any

import pytest

from tests.api import archive
from tests.api.desk import CARPEAUX, Desk

corrected = archive.corrected

ANRU = "/v1/partners/anru"


def changed(told: Any) -> dict[str, tuple[Any, Any]]:
    return {each["field"]: (each["before"], each["after"]) for each in told["changes"]}


def test_a_correction_is_a_change_of_the_day_on_which_it_was_recorded(corrected: Desk):
    told = corrected.read(f"{CARPEAUX}/changes?since=2013-02-28&until=2013-03-01")
    assert changed(told)["funding.paid_cents"] == (470_00, 370_00)
    (entry,) = told["entries"]
    assert (entry["kind"], entry["corrects"], entry["reason"]) == ("entry_corrected", 3, "Relevé du comptable")
    (moved,) = corrected.read(f"{ANRU}/changes?since=2013-02-28&until=2013-03-01")["items"]
    assert entry["position"] == moved["position"] == corrected.ledger.head()
    assert (moved["version"], changed(moved)) == (6, {"lines.L1.paid_cents": (470_00, 370_00)})


def test_every_entry_has_its_own_place_in_the_ledger_whatever_became_of_it(corrected: Desk):
    told = corrected.read(f"{CARPEAUX}/changes")["entries"]
    places = [each["position"] for each in told]
    assert [each["version"] for each in told] == [1, 2, 3, 4, 5, 6]
    assert places == list(range(corrected.ledger.head() - 5, corrected.ledger.head() + 1))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("since=2012-02-30", "since"),
        ("since=2026-11-23", "since"),
        ("until=2026-11-23", "until"),
        ("since=nowhere", "since"),
        ("until=nowhere", "until"),
        ("since=2013-01-01&until=2012-01-01", "since"),
        ("since=2012", "since"),
    ],
)
@pytest.mark.parametrize("path", [f"{CARPEAUX}/changes", f"{ANRU}/changes"])
def test_ends_that_cannot_be_compared_are_refused(corrected: Desk, path, asked, field):
    refused = corrected.get(f"{path}?{asked}")
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


def test_changes_are_for_those_who_read_the_whole(corrected: Desk):
    assert corrected.get(f"{CARPEAUX}/changes", "region").status_code == 404
    assert corrected.get(f"{ANRU}/changes", "region").status_code == 404
    assert corrected.get("/v1/operations/NONE/changes").status_code == 404
    assert corrected.get(f"{CARPEAUX}/changes?until=2011-05-01").status_code == 404
