"""Which fields of each document a partner is told: of what it reads in full, and of what others own and fund.

The list is in partner_fields.json, and is changed by hand: whoever adds a field to a document says there that partners
are told it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.desk import GRANT, PAYMENT, Desk
from tests.api.matrix import READ

GOLDEN = Path(__file__).parent / "partner_fields.json"
# Of each address, with what is ANRU's in it, and with what is not; a list tells of both.
OWN = {"<reference>": "OWN", "<code>": "anru"}
FOREIGN = {"<reference>": "FOREIGN", "<code>": "region"}

# Hashes and signatures tell of no record, and the same to everybody.
PROOFS = "/v1/audit/"

# What it tells is held against what others own and fund in test_dashboard.py.
DASHBOARD = "/v1/dashboard"

# Kinds of records whose entries everybody is told of.
EVERYBODYS = ("jalon.partner.", "jalon.statement.")


@pytest.fixture
def house(desk: Desk) -> Desk:
    """An operation and an agreement with all that can be said of them, and their like with another funder."""
    desk.record("/v1/operations", {"reference": "WHOLE", "title": "Anzin", "communes": ["59014"], "on": "2008"})
    for name, funder in (("OWN", "anru"), ("FOREIGN", "region")):
        story(desk, name, funder)
    return desk


def story(desk: Desk, name: str, funder: str) -> None:
    path, on = f"/v1/operations/{name}", {"on": "2009-05", "reason": "Comité"}
    agreement = {"reference": name, "title": "Anzin", "kind": "convention", "leader": "cavm", "on": "2008-01"}
    more = {"communes": ["59014"], "site": "Carpeaux", "programme": "PNRU", "theme": "mining"}
    desk.record("/v1/agreements", agreement | more)
    grant = GRANT | {"partner": funder, "scheme": "PNRU", "decision_ref": "D-1"}
    desk.record(f"/v1/agreements/{name}/allocations", grant)
    plan = more | {
        "reference": name,
        "title": "Anzin",
        "on": "2008-02",
        "owner": "sigh",
        "family": "demolition",
        "other_themes": ["tramway"],
        "agreement": name,
        "part_of": "WHOLE",
        "cost_cents": 56_000_000_00,
        "starts_on": "2008-09",
        "delivers_on": "2012",
        "outputs": {"demolished": 173},
    }
    desk.record("/v1/operations", plan)
    desk.record(f"{path}/commitments", grant | {"schedule": [{"year": 2009, "amount_cents": GRANT["amount_cents"]}]})
    desk.record(f"{path}/authorise-early-start", {"on": "2008-03", "authority": "Préfet"})
    desk.record(f"{path}/start", {"on": "2008-11-20"})
    desk.record(f"{path}/payments", PAYMENT | {"external_ref": f"V-{name}"})
    desk.record(f"{path}/milestones", {"code": "permis", "label": "Permis", "due_on": "2030"})
    share = {"partner": funder, "amount_cents": 1_00, "instrument": "grant"}
    desk.record(f"{path}/financing-plan", {"on": "2008", "total_cents": 2_00, "shares": [share]})
    desk.record(f"{path}/deliver", {"on": "2013-06-30"})
    desk.record("/v1/statements", {"code": name.lower(), "title": name, "on": "2013", "reason": "Comité"})
    desk.record(f"/v1/agreements/{name}/amendments", on | {"number": 1, "title": "Avenant", "changes": []})


def told(value: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """Every field of a document, and whether it says anything."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield f"{path}.{name}".lstrip("."), each is not None
            yield from told(each, f"{path}.{name}")
    elif isinstance(value, list):
        for each in value:
            yield from told(each, f"{path}[]")


def fields(document: Any, *, saying: bool) -> list[str]:
    """Its fields, by name; those only that say something, where that is asked."""
    return sorted({name for name, says in told(document) if says or not saying})


def address(pattern: str, names: dict[str, str]) -> str:
    for variable, name in names.items():
        pattern = pattern.replace(variable, name)
    return pattern


def about(document: Any, names: dict[str, str]) -> Any:
    """Of a list, the items that tell of these objects."""
    mine = {f'"{name}"' for name in names.values()}
    return [each for each in document["items"] if any(name in json.dumps(each) for name in mine)]


def partner_fields(house: Desk) -> dict[str, dict[str, list[str]]]:
    """By address: all the fields of what ANRU reads in full, and those that it is told of what is not its own."""
    found = {}
    for pattern, roles in READ.items():
        if "partner" not in roles or pattern.startswith((PROOFS, DASHBOARD)):
            continue
        if "<" in pattern:
            own, foreign = (house.get(address(pattern, names), by="anru") for names in (OWN, FOREIGN))
            assert (own.status_code, foreign.status_code) == (200, 404)
            found[pattern] = {"own": fields(own.json, saying=False), "foreign": []}
        else:
            page = house.read(f"{pattern}?limit=200", by="anru")
            found[pattern] = {
                "own": fields(about(page, OWN), saying=False),
                "foreign": fields(about(page, FOREIGN), saying=True),
            }
    return found


def test_a_partner_is_told_these_fields_and_no_others(house: Desk):
    assert partner_fields(house) == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ["/v1/operations", "/v1/agreements"])
def test_of_what_is_not_its_own_a_partner_is_told_all_but_the_money(path):
    listed = json.loads(GOLDEN.read_text(encoding="utf-8"))[path]
    withheld = set(listed["own"]) - set(listed["foreign"])
    assert {name.rpartition(".")[0] for name in withheld} == {"[].funding"}
    assert {name for name in listed["own"] if name.endswith("_cents")} == withheld


def test_the_feed_tells_a_partner_of_no_operation_that_is_not_its_own(house: Desk):
    items = house.read("/v1/feed?limit=200", by="anru")["items"]
    assert {each["subject"] for each in items if not each["type"].startswith(EVERYBODYS)} == {"OWN"}
