"""Partners are known to the record by their code."""

import pytest

from domain.errors import TextOutOfBounds
from domain.events import PartnerRegistered
from domain.partner import Partner
from tests.story import AUTHORITY, day, entry, given, knowledge, new_events, refused, replayed


def registered(code="region", **facts):
    known = {"name": "Région Hauts-de-France", "kind": "region"} | facts
    return Partner.register(authority=AUTHORITY, code=code, **known, **entry("2016"))


def test_a_partner_is_registered_with_its_former_names():
    partner = registered(siren="200053742", other_names=("Région Nord-Pas-de-Calais",))
    assert (partner.reference, partner.code, partner.kind) == ("region", "region", "region")
    assert (partner.name, partner.siren) == ("Région Hauts-de-France", "200053742")
    assert partner.other_names == ("Région Nord-Pas-de-Calais",)
    (event,) = new_events(partner)
    assert (type(event), event.on) == (PartnerRegistered, day("2016"))


def test_the_same_code_is_the_same_partner():
    assert registered().id == registered(name="Région").id == Partner.identity(AUTHORITY, "region")
    assert registered().id != registered("departement").id


def test_a_partner_has_a_name():
    with refused(TextOutOfBounds, field="name"):
        registered(name="")


@pytest.mark.parametrize("siren", [None, "245901160"])
def test_a_partner_is_the_same_when_read_again(siren):
    partner = given(registered(siren=siren))
    assert knowledge(replayed(partner)) == knowledge(partner)
