"""Refusals: each has a code for ever, and a French sentence that can always be said."""

import ast
import re
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest

from domain import errors
from domain.dates import PartialDate
from domain.errors import Invalid, Refusal

ROOT = Path(__file__).parents[2]
ABSTRACT = {"Refusal", "NotFound", "Invalid", "BrokenRule"}


def kinds_of(cls):
    """Every refusal under this one."""
    return chain([cls], chain.from_iterable(map(kinds_of, cls.__subclasses__())))


KINDS = {kind.__name__: kind for kind in kinds_of(Refusal) if kind.__module__.startswith("domain.errors.")}


def said():
    """(where, name, what it is given) of every refusal in the code; None for a call that passes values on."""
    for path in sorted(
        chain.from_iterable((ROOT / folder).rglob("*.py") for folder in ("domain", "projections", "api"))
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                if name in KINDS and isinstance(node.func, ast.Name | ast.Attribute):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", name, [each.arg for each in node.keywords]


SAID = list(said())


def placeholders(kind):
    return {name for _, name, _, _ in Formatter().parse(kind.sentence) if name}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_refusal_has_a_code_and_a_french_sentence(kind):
    assert kind.code == kind.code.lower().replace("_", "-")
    assert kind.sentence.endswith(".")


def test_no_two_refusals_share_a_code():
    codes = [kind.code for kind in KINDS.values()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(("where", "name", "values"), SAID, ids=[f"{where} {name}" for where, name, _ in SAID])
def test_a_refusal_is_given_all_that_its_sentence_says(where, name, values):
    if None not in values:
        assert placeholders(KINDS[name]) <= set(values)
        assert issubclass(KINDS[name], Invalid) == ("field" in values)


def test_every_refusal_is_said_somewhere():
    paths = chain((ROOT / "domain").rglob("*.py"), (ROOT / "api").rglob("*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in paths if path.parent.name != "errors")
    assert {name for name in KINDS if not re.search(rf"\b{name}\b", text)} - ABSTRACT == set()


def test_every_refusal_can_be_imported_from_the_one_place():
    assert sorted(errors.__all__) == sorted(KINDS)


def test_a_sentence_shows_dates_and_lists_as_readers_write_them():
    since = PartialDate.parse("2008-02-01")
    assert (
        str(errors.AlreadySigned(reference="A", since=since)) == "La convention A est déjà signée (1er février 2008)."
    )
    assert "59207, 59564" in str(errors.OutsideTerritory(communes=("59207", "59564")))


def test_a_refusal_keeps_the_values_that_explain_it():
    refusal = errors.UnknownPartner(field="owner", partner="aneru")
    assert (refusal.field, refusal.values) == ("owner", {"partner": "aneru"})


def test_the_same_refusal_may_be_said_of_another_field():
    refusal = errors.UnknownPartner(field="owner", partner="aneru").about("changes.owner")
    assert (type(refusal), refusal.field, refusal.values) == (
        errors.UnknownPartner,
        "changes.owner",
        {"partner": "aneru"},
    )
