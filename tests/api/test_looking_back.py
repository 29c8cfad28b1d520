"""Looking back: what was known on a day, what was true on a day, and both."""

from typing import Any

import pytest

from tests.api import archive
from tests.api.desk import CARPEAUX, Desk

corrected = archive.corrected

TIMELINE = f"{CARPEAUX}/timeline"
ANRU = "/v1/partners/anru/commitments"
PLANS = "/v1/operations"
KNOWN, TRUE = "as_known_on=2012-12-31", "as_true_on=2012-11-30"

# The four combinations of the two dates: what is paid, and the payments told (version, amount, corrected by).
FOUR: dict[str, tuple[int, list[Any]]] = {
    "": (370_00, [(3, 300_00, 6), (4, 50_00, None), (5, 120_00, None), (6, 200_00, None)]),
    f"?{KNOWN}": (350_00, [(3, 300_00, None), (4, 50_00, None)]),
    f"?{TRUE}": (200_00, [(3, 300_00, 6), (6, 200_00, None)]),
    f"?{KNOWN}&{TRUE}": (300_00, [(3, 300_00, None)]),
}
ALL = pytest.mark.parametrize("dates", FOUR)


def asked(dates: str) -> tuple[str | None, str | None]:
    return "2012-12-31" if KNOWN in dates else None, "2012-11-30" if TRUE in dates else None


@ALL
def test_a_payment_of_2012_put_right_in_2013_on_its_timeline(corrected: Desk, dates):
    shown = corrected.read(TIMELINE + dates)
    paid = [(each["version"], each["amount_cents"], each["voided_by"]) for each in shown["entries"]]
    assert (shown["funding"]["paid_cents"], sorted(each for each in paid if each[0] > 2)) == FOUR[dates]
    assert shown["funding"]["to_pay_cents"] == 1_000_00 - FOUR[dates][0]
    assert (shown["as_known_on"], shown["as_true_on"]) == asked(dates)


@ALL
def test_the_same_in_the_totals_of_the_partner(corrected: Desk, dates):
    shown = corrected.read(ANRU + dates)
    assert shown["totals"]["paid_cents"] == FOUR[dates][0] == sum(each["paid_cents"] for each in shown["by_year"])
    assert shown["totals"]["to_pay_cents"] == 1_000_00 - FOUR[dates][0]
    assert [each["paid_cents"] for each in shown["by_theme"]] == [FOUR[dates][0]]
    assert shown["leverage"]["all_partners_cents"] == 1_000_00
    assert (shown["as_known_on"], shown["as_true_on"]) == asked(dates)


@ALL
@pytest.mark.parametrize("path", [CARPEAUX, PLANS, f"{ANRU}/lines", "/v1/partners", "/v1/territory"])
def test_the_same_wherever_it_is_read(corrected: Desk, path, dates):
    shown = corrected.read(path + dates)
    paid = {
        CARPEAUX: lambda: [shown["funding"]["paid_cents"], *(each["paid_cents"] for each in shown["lines"])],
        PLANS: lambda: [shown["totals"]["paid_cents"], shown["items"][0]["funding"]["paid_cents"]],
        f"{ANRU}/lines": lambda: [shown["items"][0]["paid_cents"], shown["items"][0]["payments"]["interim_cents"]],
        "/v1/partners": lambda: [each["totals"]["paid_cents"] for each in shown["items"] if each["code"] == "anru"],
        "/v1/territory": lambda: [
            shown["totals"]["paid_cents"],
            sum(each["paid_cents"] for each in shown["communes"]),
            sum(each["paid_cents"] for each in shown["themes"]),
        ],
    }[path]()
    assert set(paid) == {FOUR[dates][0]}
    assert (shown["as_known_on"], shown["as_true_on"], shown["statement"]) == (*asked(dates), None)


@pytest.mark.parametrize("path", [CARPEAUX, TIMELINE, PLANS, ANRU, f"{ANRU}/lines", "/v1/partners", "/v1/territory"])
def test_looking_at_today_says_what_is_said_without_dates(corrected: Desk, path):
    def told(dates: str) -> Any:
        shown = corrected.read(path + dates)
        for document in (shown, *shown.get("items", ())):
            for name in ("position", "as_known_on", "as_true_on"):
                document.pop(name, None)
        return shown

    now = told("")
    assert told("?as_known_on=2026-11-22") == told("?as_true_on=2026-11-22") == now
    assert told("?as_known_on=2026-11-22&as_true_on=2026-11-22") == now
