"""The reference lists hold together, and every name of the register is known."""

import hashlib
import json
import re
import unicodedata
from datetime import date
from importlib.resources import files
from typing import get_args

import pytest

from domain import vocabulary
from domain.dates import UNKNOWN, PartialDate
from domain.programmes import programme, programmes
from domain.reference import rows
from domain.reference.partners import find_by_name, reference_partners
from domain.territory import communes, is_member

FOLDER = files("domain.reference")
SOURCES = FOLDER.joinpath("SOURCES.md").read_text(encoding="utf-8")


def register_names() -> list[str]:
    owners = {row["owner"] for row in rows("cavm_operations")} - {""}
    partners = {line["partner"] for row in rows("cavm_operations") for line in json.loads(row["commitments"])}
    return sorted(owners | partners)


def test_the_register_is_the_published_one_byte_for_byte() -> None:
    register = FOLDER.joinpath("cavm_operations.csv").read_bytes()
    assert hashlib.sha256(register).hexdigest() == "4b9efed17365057f68b8e67423b31878735cb5134a40c26821459374298179e3"
    assert len(rows("cavm_operations")) == 44


@pytest.mark.parametrize(
    "name", ["communes", "population", "programmes", "priority_generations", "partners", "cavm_operations"]
)
def test_a_list_is_the_one_that_its_source_note_describes(name: str) -> None:
    content = FOLDER.joinpath(f"{name}.csv").read_bytes()
    line = f"| `{name}.csv` | {len(rows(name))} | `{hashlib.sha256(content).hexdigest()}` |"
    assert line in SOURCES
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    assert unicodedata.is_normalized("NFC", content.decode())


def test_a_list_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        rows("nothing")


@pytest.mark.parametrize("name", register_names())
def test_every_name_of_the_register_is_a_known_partner(name: str) -> None:
    found = find_by_name(name)
    assert found is not None
    assert found[0] in {each.code for each in reference_partners()}


@pytest.mark.parametrize("row", rows("cavm_operations"), ids=lambda row: row["reference"])
def test_every_commune_theme_and_programme_of_the_register_is_known(row: dict[str, str]) -> None:
    known = {each.insee for each in communes()}
    assert {insee for insee in row["communes_insee"].split(";") if insee} <= known
    assert row["theme"] in {"", *vocabulary.THEMES}
    assert row["programme"] in {"", *(each.code for each in programmes())}
    assert all(line["instrument"] in vocabulary.INSTRUMENTS for line in json.loads(row["commitments"]))


@pytest.mark.parametrize("row", rows("cavm_operations"), ids=lambda row: row["reference"])
def test_every_date_of_the_register_is_a_partial_date(row: dict[str, str]) -> None:
    lines, steps = json.loads(row["commitments"]), json.loads(row["milestones"])
    written = [row["planned_on"], *(line["decided_on"] for line in lines)]
    written += [step.get(key) for step in steps for key in ("on", "due")]
    assert all(PartialDate.parse(text).text == text for text in written if text)


def test_eight_rows_of_the_register_touch_a_commune_outside() -> None:
    today = date(2026, 1, 1)
    touched = [row["communes_insee"].split(";") for row in rows("cavm_operations") if row["communes_insee"]]
    outside = [[is_member(insee, today) for insee in each] for each in touched]
    assert sum(not all(each) for each in outside) == 8
    assert sum(not any(each) for each in outside) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ANRU", ("anru", None)),
        ("État", ("etat", None)),
        ("État (DETR)", ("etat", "DETR")),
        ("État (Grenelle de l'environnement)", ("etat", "Grenelle de l'environnement")),
        ("Union européenne (FEDER)", ("ue", "FEDER")),
        ("Région Nord-Pas-de-Calais", ("region", None)),
        ("Région Hauts-de-France", ("region", None)),
        ("  région   hauts-de-france ", ("region", None)),
        ("CA VALENCIENNES MÉTROPOLE", ("cavm", None)),
        ("Commune de Condé-sur-l’Escaut", ("conde-sur-l-escaut", None)),
        ("Commune de Conde\u0301-sur-l'Escaut", ("conde-sur-l-escaut", None)),
        ("Maisons\u00a0& Cités", ("maisons-et-cites", None)),
        ("Ville d'Anzin", ("anzin", None)),
        ("V2H", ("sigh", None)),
        ("Conde-sur-l'Escaut", None),
        ("Inconnu (DETR)", None),
        ("État ()", None),
        ("État (DETR) bis", None),
        ("(DETR)", None),
        ("", None),
    ],
)
def test_a_name_gives_its_partner_and_its_budget_line(name: str, expected: tuple[str, str | None] | None) -> None:
    assert find_by_name(name) == expected


def test_partner_codes_are_unique_and_well_formed() -> None:
    codes = [each.code for each in reference_partners()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", code) for code in codes)


def test_no_name_belongs_to_two_partners() -> None:
    named = [(name, each.code) for each in reference_partners() for name in (each.name, *each.other_names)]
    assert [find_by_name(name) for name, _ in named] == [(code, None) for _, code in named]


def test_partners_have_a_kind_of_the_vocabulary_and_a_valid_siren() -> None:
    for each in reference_partners():
        assert each.kind in vocabulary.PARTNER_KINDS
        assert each.siren is None or (re.fullmatch("[0-9]{9}", each.siren) and luhn(each.siren) == 0)


def test_every_commune_is_a_partner_and_belongs_to_one() -> None:
    kinds = {each.code: each.kind for each in reference_partners()}
    for each in communes():
        found = find_by_name(each.name)
        assert found is not None
        assert kinds[found[0]] == "commune"
        assert kinds[each.epci] == "epci"


def test_pnru_takes_no_commitment_after_2015() -> None:
    pnru = programme("PNRU")
    assert pnru is not None
    assert PartialDate.parse("2016").certainly_after(pnru.last_commitment_on)
    assert not PartialDate.parse("2015").certainly_after(pnru.last_commitment_on)


def test_advances_existed_under_pnru_and_not_under_npnru() -> None:
    allowed = {each.code: each.allows_advance for each in programmes()}
    assert allowed == {"PNRU": True, "OPAH-RU": None, "PNRQAD": None, "NPNRU": False, "ERBM": None}


def test_an_unread_fact_of_a_programme_stays_unknown() -> None:
    npnru = programme("NPNRU")
    assert npnru is not None
    assert npnru.last_commitment_on == UNKNOWN
    assert programme("PNRU 2") is None


@pytest.mark.parametrize(
    ("codes", "labels"),
    [
        (vocabulary.Theme, vocabulary.THEMES),
        (vocabulary.Family, vocabulary.FAMILIES),
        (vocabulary.Instrument, vocabulary.INSTRUMENTS),
        (vocabulary.PriorityGeneration, vocabulary.PRIORITY_GENERATIONS),
        (vocabulary.TerritorialPlan, vocabulary.TERRITORIAL_PLANS),
        (vocabulary.Verdict, vocabulary.VERDICTS),
        (vocabulary.CostBasis, vocabulary.COST_BASES),
        (vocabulary.PartnerKind, vocabulary.PARTNER_KINDS),
        (vocabulary.AgreementKind, vocabulary.AGREEMENT_KINDS),
        (vocabulary.Phase, vocabulary.PHASES),
        (vocabulary.Role, vocabulary.ROLES),
        (vocabulary.Output, vocabulary.OUTPUTS),
    ],
)
def test_every_code_has_its_own_french_label(codes: object, labels: dict[str, str]) -> None:
    assert list(get_args(codes)) == list(labels)
    assert len(set(labels.values())) == len(labels)


def luhn(digits: str) -> int:
    """0 for a number whose check digit is right."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10
