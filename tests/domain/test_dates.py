"""Partial dates: what they claim, how they compare, how they read."""

import copy
import pickle
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import UNKNOWN, PartialDate, paris_day, slip_days

parse = PartialDate.parse

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
known_dates = st.builds(lambda day, length: parse(day.isoformat()[:length]), days, st.sampled_from([4, 7, 10]))
any_dates = known_dates | st.just(UNKNOWN)


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "french"),
    [
        ("2008-02-14", date(2008, 2, 14), date(2008, 2, 14), "14 février 2008"),
        ("2008-02-01", date(2008, 2, 1), date(2008, 2, 1), "1er février 2008"),
        ("2008-02", date(2008, 2, 1), date(2008, 2, 29), "février 2008"),
        ("2009-02", date(2009, 2, 1), date(2009, 2, 28), "février 2009"),
        ("2008", date(2008, 1, 1), date(2008, 12, 31), "2008"),
    ],
)
def test_a_date_covers_its_period_and_reads_in_french(text: str, earliest: date, latest: date, french: str) -> None:
    parsed = parse(text)
    assert (parsed.earliest, parsed.latest, parsed.french()) == (earliest, latest, french)
    assert (parsed.text, str(parsed), parsed.year, parsed.known) == (text, text, earliest.year, True)


def test_an_unknown_date_claims_nothing() -> None:
    assert (UNKNOWN.text, str(UNKNOWN), UNKNOWN.french()) == (None, "", "date inconnue")
    assert (UNKNOWN.known, UNKNOWN.year) == (False, None)
    assert not UNKNOWN.lies_ahead_of(date(1900, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "08", "14/02/2008", "2008-2", "2008-02-", "2008-02-14T00:00", "20080214", "2008-W07"),
        *("+2008", "-2008", "2008-02-14\n", " 2008", "٢٠٠٨", "２００８", "2008‑02", "x" * 10_000),
        *("2008-02-30", "2009-02-29", "2008-13", "2008-00", "2008-01-00", "1899", "2200", "0000", "1899-12-31"),
    ],
)
def test_anything_but_the_three_forms_of_a_real_date_is_refused_in_french(text: str) -> None:
    with pytest.raises(ValueError, match=r"(?s)^«.*(date : écrire|doit être|n'existe pas)") as refusal:
        parse(text)
    assert len(str(refusal.value)) < 150


def test_the_last_day_of_february_2000_exists() -> None:
    assert parse("2000-02-29").latest == date(2000, 2, 29)


def test_a_period_counts_as_its_last_day_and_an_undated_fact_from_its_recording() -> None:
    recorded = date(2026, 11, 22)
    assert parse("2008-02").counts_on(recorded) == date(2008, 2, 29)
    assert UNKNOWN.counts_on(recorded) == recorded


def test_an_order_is_broken_only_when_it_is_certain() -> None:
    assert parse("2008-03").certainly_after(parse("2008-02-29"))
    assert not parse("2008").certainly_after(parse("2008-02"))
    assert not parse("2008-02-14").certainly_after(parse("2008-02"))
    assert not UNKNOWN.certainly_after(parse("1900"))
    assert not UNKNOWN.certainly_before(parse("2199"))


def test_a_period_that_has_begun_does_not_lie_ahead() -> None:
    today = date(2026, 11, 22)
    assert not parse("2026-11").lies_ahead_of(today)
    assert not parse("2026-11-22").lies_ahead_of(today)
    assert parse("2026-11-23").lies_ahead_of(today)
    assert parse("2027").lies_ahead_of(today)


def test_with_one_last_day_the_longer_period_sorts_first_and_unknown_last() -> None:
    texts = ["2008-12-30", "2008", "2008-12", "2008-12-31", "2009-01-01", "2199"]
    shuffled = [UNKNOWN, *(parse(text) for text in reversed(texts))]
    assert [str(each) for each in sorted(shuffled)] == [*texts, ""]


def test_a_slip_is_counted_from_last_day_to_last_day() -> None:
    assert slip_days(parse("2012-12-31"), parse("2013-06-30")) == 181
    assert slip_days(parse("2013"), parse("2017")) == 1461
    assert slip_days(parse("2012-06"), parse("2012-05")) == -30
    assert slip_days(UNKNOWN, parse("2012")) is None
    assert slip_days(parse("2012"), UNKNOWN) is None


def test_the_day_in_paris_changes_at_its_own_midnight() -> None:
    assert paris_day(datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert paris_day(datetime(2026, 11, 22, 23, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert paris_day(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == date(2026, 7, 2)


def test_an_instant_without_time_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        paris_day(datetime.fromisoformat("2026-11-22T12:00"))


def test_a_date_cannot_be_changed() -> None:
    day = parse("2008-02-14")
    with pytest.raises(AttributeError):
        day.text = "2009"
    with pytest.raises(AttributeError):
        del day.latest
    with pytest.raises(AttributeError):
        day.precision = "day"


def test_an_instant_is_not_taken_for_a_day() -> None:
    with pytest.raises(ValueError, match="n'est pas une date"):
        PartialDate.of(datetime(2026, 11, 22, tzinfo=UTC))


@given(known_dates)
def test_the_text_survives_a_round_trip(one: PartialDate) -> None:
    again = parse(str(one))
    assert again == one
    assert hash(again) == hash(one)
    assert again.text == one.text


@given(any_dates)
def test_a_copy_is_equal(one: PartialDate) -> None:
    assert copy.deepcopy(one) == one
    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(pickle.loads(pickle.dumps(one))) == hash(one)


@given(days)
def test_a_day_is_its_own_period(day: date) -> None:
    one = PartialDate.of(day)
    assert one.earliest == one.latest == day
    assert one.text == day.isoformat()


@given(any_dates, any_dates)
def test_the_order_is_total(one: PartialDate, other: PartialDate) -> None:
    assert (one < other) + (one == other) + (one > other) == 1
    assert (one <= other) == (not one > other)


@given(any_dates, any_dates, any_dates)
def test_the_order_is_transitive(one: PartialDate, two: PartialDate, three: PartialDate) -> None:
    if one < two and two < three:
        assert one < three


@given(any_dates, any_dates)
def test_the_order_is_that_of_the_last_day_then_of_the_text(one: PartialDate, other: PartialDate) -> None:
    assert (one < other) == ((one.latest, str(one)) < (other.latest, str(other)))


@given(any_dates, any_dates)
def test_what_is_certainly_after_also_sorts_after(one: PartialDate, other: PartialDate) -> None:
    assert not one.certainly_after(one)
    assert one.certainly_after(other) == other.certainly_before(one)
    if one.certainly_after(other):
        assert one > other
        assert not one.certainly_before(other)


@given(any_dates)
def test_nothing_is_certain_about_an_unknown_date(one: PartialDate) -> None:
    for first, second in ((one, UNKNOWN), (UNKNOWN, one)):
        assert not first.certainly_after(second)
        assert not first.certainly_before(second)


@given(known_dates, known_dates, known_dates)
def test_slips_add_up(one: PartialDate, two: PartialDate, three: PartialDate) -> None:
    steps = [slip_days(one, two), slip_days(two, three), slip_days(one, three)]
    assert None not in steps
    assert (steps[0] or 0) + (steps[1] or 0) == steps[2]


@given(st.text(max_size=12))
def test_any_text_is_either_read_as_given_or_refused(text: str) -> None:
    try:
        answer = str(parse(text))
    except ValueError as refusal:
        answer = str(refusal)
    assert answer == text or answer.startswith("« ")
