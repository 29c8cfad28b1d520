"""Parameters: read by no more fields than they need, as the whole schema would read them."""

import pytest
from marshmallow import ValidationError

from api.http.parsing import known, narrowed
from api.v1.audit import AuditQuery
from api.v1.operations import PortfolioQuery
from tests.api.desk import Desk

AUDIT = {
    "actor": "u-17",
    "operation": "ANZ-CARPEAUX",
    "type": "operation.started",
    "from": "2026-01-01",
    "to": "2026-12-31",
    "late": "true",
    "cursor": "x",
    "limit": "7",
    "min_position": "3",
}


@pytest.mark.parametrize("name", AUDIT)
def test_a_parameter_is_read_alone_as_among_all_others(name: str):
    asked = {name: AUDIT[name]}
    assert narrowed(AuditQuery, {name}).load(asked) == AuditQuery().load(asked)


@pytest.mark.parametrize("asked", [{"limit": "0"}, {"from": "2026-02-01", "to": "2026-01-01"}, {"actor": ""}])
def test_what_is_wrong_is_told_alike(asked: dict[str, str]):
    with pytest.raises(ValidationError) as whole:
        AuditQuery().load(asked)
    with pytest.raises(ValidationError) as narrow:
        narrowed(AuditQuery, asked.keys()).load(asked)
    assert narrow.value.messages == whole.value.messages


@pytest.mark.parametrize("form", [AuditQuery, PortfolioQuery])
def test_a_schema_has_no_more_fields_than_are_asked_for_or_count_anyhow(form):
    one = min(known(form))
    without, with_one, whole = (set(narrowed(form, names).load_fields) for names in (set(), {one}, known(form)))
    assert without < with_one < whole == set(form().load_fields)
    assert narrowed(form, set()).load({}) == form().load({})


def test_an_unknown_parameter_is_named_whatever_comes_with_it(funded: Desk):
    answer = funded.get("/v1/audit?actor=u-17&acter=u-17", by="auditor")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["acter"])
