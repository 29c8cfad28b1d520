"""The hostile corpus: bodies sent in bad faith or by mistake, and exactly how each is to be answered.

`BODIES` are refused whatever the command. The values in `PLACES` are put, one by one, where a field of their kind
stands in a body that is accepted otherwise.
"""

from typing import Any, NamedTuple

from tests.api.desk import AGREEMENT, CARPEAUX, GRANT, PLAN


class Wish(NamedTuple):
    """A command and a body that it accepts, from somebody who may send it."""

    path: str
    body: dict[str, Any]
    by: str = "lea"


WISHES = {
    "plan": Wish("/v1/operations", PLAN | {"reference": "ANZ-NEUF", "cost_cents": 1_00, "starts_on": "2009"}),
    "commitment": Wish(
        f"{CARPEAUX}/commitments", GRANT | {"schedule": [{"year": 2009, "amount_cents": 22_000_000_00}]}
    ),
    "milestone": Wish(f"{CARPEAUX}/milestones", {"code": "permis", "label": "Permis", "due_on": "2010"}),
    "correction": Wish(f"{CARPEAUX}/entries/2/correct", {"changes": {"amount_cents": 1_00}, "reason": "Faute"}),
    "agreement": Wish("/v1/agreements", AGREEMENT | {"signatories": ["anru"], "communes": ["59014"]}),
    "partner": Wish("/v1/partners", {"code": "neuf", "name": "Neuf", "kind": "other"}, by="admin"),
}

# Name: what is sent, the status and the code of the answer, the first field that it names.
Answered = tuple[bytes, int, str, str | None]

BODIES: dict[str, Answered] = {
    # What is no JSON.
    "empty": (b"", 400, "malformed-json", None),
    "blank": (b" \n\t ", 400, "malformed-json", None),
    "half": (b'{"on": "2008"', 400, "malformed-json", None),
    "one and a half": (b'{"on": "2008"}{', 400, "malformed-json", None),
    "two": (b'{"on": "2008"}\n{"on": "2009"}', 400, "malformed-json", None),
    "a form": (b"reference=A&title=B", 400, "malformed-json", None),
    "XML": (b"<operation/>", 400, "malformed-json", None),
    "YAML": (b"on: 2008\ntitle: A", 400, "malformed-json", None),
    "a comment": (b'{"on": "2008" /* no */}', 400, "malformed-json", None),
    "a last comma": (b'{"on": "2008",}', 400, "malformed-json", None),
    "apostrophes": (b"{'on': '2008'}", 400, "malformed-json", None),
    "a name without quotes": (b'{on: "2008"}', 400, "malformed-json", None),
    "a raw line feed": (b'{"reason": "a\nb"}', 400, "malformed-json", None),
    "a bad escape": (b'{"reason": "\\x41"}', 400, "malformed-json", None),
    "half an escape": (b'{"reason": "\\u00"}', 400, "malformed-json", None),
    # Depth and size.
    "30,000 brackets": (b"[" * 30_000, 400, "malformed-json", None),
    "8,000 objects": (b'{"a":' * 8_000 + b"1" + b"}" * 8_000, 400, "malformed-json", None),
    "21 levels": (b'{"documents": ' + b"[" * 20 + b"]" * 20 + b"}", 400, "malformed-json", None),
    "20 levels": (b'{"documents": ' + b"[" * 19 + b"]" * 19 + b"}", 422, "validation", None),
    "2,000 unknown fields": (
        b"{" + b",".join(b'"f%d": 1' % n for n in range(2_000)) + b"}",
        422,
        "validation",
        None,
    ),
    "a million letters": (b'{"reason": "' + b"a" * 1_000_000 + b'"}', 422, "validation", None),
    "a name of a million letters": (b'{"' + b"a" * 1_000_000 + b'": 1}', 422, "validation", None),
    "two mebibytes": (b'{"reason": "' + b"a" * 2 * 1024 * 1024 + b'"}', 413, "too-large", None),
    # Numbers.
    "5,000 digits": (b'{"on": ' + b"9" * 5_000 + b"}", 400, "malformed-json", None),
    "NaN": (b'{"on": NaN}', 400, "malformed-json", None),
    "Infinity": (b'{"on": Infinity}', 400, "malformed-json", None),
    "1e400": (b'{"on": 1e400}', 400, "malformed-json", None),
    "-1e400": (b'{"on": -1e400}', 400, "malformed-json", None),
    "a plus sign": (b'{"on": +1}', 400, "malformed-json", None),
    "a leading zero": (b'{"on": 01}', 400, "malformed-json", None),
    "hexadecimal": (b'{"on": 0x10}', 400, "malformed-json", None),
    "an underscore": (b'{"on": 1_000}', 400, "malformed-json", None),
    # Keys.
    "a key twice": (b'{"reason": "A", "reason": "B"}', 400, "malformed-json", None),
    "a key twice, the same": (b'{"reason": "A", "reason": "A"}', 400, "malformed-json", None),
    "a key twice, escaped": (b'{"reason": "A", "re\\u0061son": "B"}', 400, "malformed-json", None),
    "a key twice, within": (b'{"documents": [{"title": "A", "title": "B"}]}', 400, "malformed-json", None),
    "a key composed and not": ('{"é": 1, "e\u0301": 2}'.encode(), 400, "malformed-json", None),
    "a key with NUL": (b'{"reason\\u0000": "A"}', 400, "malformed-json", None),
    # Characters.
    "NUL": (b'{"reason": "a\\u0000b"}', 400, "malformed-json", None),
    "a raw NUL": (b'{"reason": "a\x00b"}', 400, "malformed-json", None),
    "a lone surrogate": (b'{"reason": "\\ud83d"}', 400, "malformed-json", None),
    "surrogates the wrong way round": (b'{"reason": "\\ude00\\ud83d"}', 400, "malformed-json", None),
    "a raw surrogate": (b'{"reason": "\xed\xa0\xbd"}', 400, "malformed-json", None),
    "an overlong slash": (b'{"reason": "\xc0\xaf"}', 400, "malformed-json", None),
    "a byte order mark": (b"\xef\xbb\xbf{}", 400, "malformed-json", None),
    "Latin-1": ('{"reason": "Hérin"}'.encode("latin-1"), 400, "malformed-json", None),
    "UTF-16": ('{"reason": "Hérin"}'.encode("utf-16"), 400, "malformed-json", None),
    "UTF-32": ('{"reason": "Hérin"}'.encode("utf-32"), 400, "malformed-json", None),
    # JSON, but no object.
    "a list": (b"[]", 422, "validation", "body"),
    "a list of bodies": (b'[{"on": "2008"}]', 422, "validation", "body"),
    "a text": (b'"on"', 422, "validation", "body"),
    "a number": (b"1", 422, "validation", "body"),
    "true": (b"true", 422, "validation", "body"),
    "null": (b"null", 422, "validation", "body"),
    # What every command takes.
    "an unknown field": (b'{"colour": "red"}', 422, "validation", None),
    "a field of the inside": (b'{"__class__": "Author", "by": {}, "waived": ["not-funded"]}', 422, "validation", None),
    "nulls for all": (b'{"on": null, "documents": null}', 422, "validation", None),
    "lists for all": (b'{"on": [], "reason": [], "documents": [[]]}', 422, "validation", None),
    "objects for all": (b'{"on": {}, "reason": {}, "documents": {}}', 422, "validation", None),
    "numbers for all": (b'{"on": 2008, "reason": 1, "documents": 1}', 422, "validation", None),
}

LONG = "a" * 4_001
# Name: the value, the code of the answer. Always 422, and the field named first is the one that holds the value.
Refused = dict[str, tuple[Any, str]]


def invalid(**values: Any) -> Refused:
    """Values that the form of a field does not take."""
    return {name.replace("_", " "): (value, "validation") for name, value in values.items()}


DAYS = {
    text: (text, "validation")
    for text in (
        *("", " ", "0000", "0000-01-01", "-0001", "+2008", "1899", "2200", "9999-12-31", "10000-01-01", "2008-00"),
        *("2008-13", "2008-02-30", "2007-02-29", "2008-02-00", "2008-2", "2008-2-4", "20080101", "200801", "08-02-14"),
        *(
            "14/02/2008",
            "14-02-2008",
            "2008-W07",
            "2008-045",
            "2008-02-14T10:00:00Z",
            "2008-02-14 10:00",
            "2008-02-14Z",
        ),
        *(
            "2008-02-14\n",
            " 2008",
            "٢٠٠٨",
            "２００８",
            "2008\u2010 02",
            "today",
            "null",
            "2008-02-14\u200b",
            "2" * 5_000,
        ),
    )
} | invalid(a_number=2008, a_float=2008.5, true=True, a_list=["2008"], an_object={"year": 2008})

AMOUNTS = invalid(
    negative=-1,
    five_point_zero=5.0,
    a_half=0.5,
    an_exponent=1e3,
    minus_zero_point_zero=-0.0,
    a_text="500",
    a_spaced_text=" 500 ",
    a_comma="5,00",
    an_underscore="1_000",
    arabic_digits="٥",
    true=True,
    a_list=[500],
    an_object={"cents": 500},
    one_past_the_most=10**13 + 1,
    past_a_bigint=2**63,
    digits_25=10**24,
    digits_4000=10**3_999,
)
NOT_ZERO = invalid(zero=0)

TEXTS = invalid(
    nothing="",
    spaces="   ",
    no_break_spaces="\u00a0\u202f",
    zero_width="\u200b\u200d\ufeff",
    directions_only="\u202e\u2066",
    a_bell="a\u0007b",
    an_escape="\u001b[2J\u001b[31mrouge",
    a_backspace="abc\u0008\u0008",
    a_form_feed="a\u000cb",
    a_delete="a\u007f",
    a_next_line="a\u0085b",
    a_c1_escape="a\u009b31m",
    a_number=5,
    true=True,
    a_list=["a"],
    a_list_of_lists=[["a"]],
    an_object={"fr": "a"},
)
SHORT_TEXTS = TEXTS | invalid(one_past_300="é" * 301, one_past_decomposed="e\u0301" * 301)
LONG_TEXTS = TEXTS | invalid(one_past_4000=LONG)

REFERENCES = invalid(
    nothing="",
    small_letters="anz",
    an_accent="ÀNZ",
    decomposed="A\u0300NZ",
    look_alike="\u0410NZ",
    a_space="ANZ A",
    a_slash="ANZ/A",
    dots="..",
    a_dash_first="-ANZ",
    a_line_feed="ANZ\n",
    zero_width="ANZ\u200b",
    one_past_64="A" * 65,
    a_quote="A'--",
    a_number=1,
    null=None,
    a_list=["ANZ"],
)
CODES = invalid(
    nothing="",
    capitals="ANRU",
    an_accent="région",
    a_space="an ru",
    an_underscore="an_ru",
    a_line_feed="anru\n",
    zero_width="an\u200bru",
    one_past_64="a" * 65,
    a_star="*",
    a_number=1,
    null=None,
    an_object={"code": "anru"},
)
UNKNOWN_CODES: Refused = {"nobody": ("nobody", "unknown-partner"), "look-alike": ("anru-", "unknown-partner")}
CHOICES = invalid(
    nothing="", capitals="GRANT", spaced=" grant", unknown="gift", a_number=0, true=True, null=None, a_list=["grant"]
)
COMMUNES = invalid(
    a_text="59014", an_object={"insee": "59014"}, a_number=59014, past_60=[f"59{n:03}" for n in range(1, 62)]
)
COMMUNES |= {
    "twice the same": (["59014", "59014"], "repeated-value"),
    "far away": (["75056"], "unknown-commune"),
}
# What stands within a list is named by its place.
IN_COMMUNES = invalid(
    a_list_of_lists=[["59014"]], a_null=[None], a_number=[59014], four_digits=["5901"], a_postcode=["59 410"]
)
DOCUMENTS = invalid(past_50=[{"title": "A"}] * 51, a_text="A", an_object={"title": "A"})
IN_DOCUMENTS = invalid(a_text=["A"], null=[None], a_list=[[{"title": "A"}]])

PLACES: list[tuple[str, str, Refused]] = [
    ("plan", "on", DAYS),
    ("plan", "starts_on", DAYS),
    ("plan", "cost_cents", AMOUNTS | NOT_ZERO),
    ("plan", "title", SHORT_TEXTS),
    ("plan", "reason", LONG_TEXTS),
    ("plan", "reference", REFERENCES),
    ("plan", "owner", {name: value for name, value in CODES.items() if name != "null"} | UNKNOWN_CODES),
    ("plan", "communes", COMMUNES),
    ("plan", "communes.0", IN_COMMUNES),
    ("plan", "documents", DOCUMENTS),
    ("plan", "documents.0", IN_DOCUMENTS),
    ("plan", "territory_wide", invalid(a_number=1, a_text="true", on="on", null=None)),
    ("commitment", "on", DAYS),
    ("commitment", "amount_cents", AMOUNTS | NOT_ZERO | invalid(null=None)),
    ("commitment", "partner", CODES | UNKNOWN_CODES),
    ("commitment", "instrument", CHOICES),
    ("commitment", "scheme", SHORT_TEXTS),
    ("commitment", "schedule", invalid(a_text="2009", past_60=[{"year": 2009, "amount_cents": 1}] * 61)),
    ("commitment", "schedule.0", invalid(a_number=[2009], null=[None], a_list=[[2009, 1]])),
    ("milestone", "due_on", DAYS),
    ("milestone", "code", CODES),
    ("milestone", "label", SHORT_TEXTS),
    ("correction", "changes", invalid(null=None, a_list=[], a_text="amount_cents", a_number=1)),
    ("correction", "changes.amount_cents", {name: value for name, value in AMOUNTS.items() if name != "null"}),
    ("correction", "changes.on", DAYS),
    ("correction", "changes.scheme", SHORT_TEXTS),
    ("correction", "changes.partner", CODES | UNKNOWN_CODES),
    ("correction", "changes.instrument", CHOICES),
    ("correction", "changes.colour", invalid(whatever="red")),
    ("agreement", "on", DAYS),
    ("agreement", "title", SHORT_TEXTS),
    ("agreement", "leader", CODES | UNKNOWN_CODES),
    ("agreement", "kind", CHOICES),
    ("agreement", "cost_cents", AMOUNTS | NOT_ZERO),
    ("agreement", "communes", COMMUNES),
    ("agreement", "communes.0", IN_COMMUNES),
    ("agreement", "signatories", {"nobody": (["nobody"], "unknown-partner")}),
    ("partner", "code", CODES),
    ("partner", "name", SHORT_TEXTS),
    ("partner", "kind", CHOICES),
    ("partner", "siren", invalid(eight="24590116", letters="24590116A", a_number=245901160, spaced="245 901 160")),
    ("partner", "on", DAYS),
]


def hostile_values() -> list[tuple[str, Wish, dict[str, Any], str, str]]:
    """For each value: a name, the command, the body with the value in it, the code of the answer, the field named."""
    return [
        (f"{name}, {field}: {what}", WISHES[name], with_value(WISHES[name].body, field, value), code, field)
        for name, field, values in PLACES
        for what, (value, code) in values.items()
    ]


def with_value(body: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    """The body with a value in the place of a field; of a list, `field.0` takes the list as it is."""
    name, _, within = field.partition(".")
    if within and within != "0":
        return body | {name: body[name] | {within: value}}
    return body | {name: value}
