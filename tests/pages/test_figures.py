"""Amounts, dates, scales and charts: pure functions, held against Babel and against what must hold."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from api.pages import formats
from api.pages.charts import BarChart, bars_by_year
from api.pages.glossary import terms
from api.pages.scales import Bands, Linear, ticks

CENTS = st.integers(-(10**15), 10**15)


# Formats


@given(CENTS, st.sampled_from([("fr", "fr_FR", "#,##0{}\u00a0¤"), ("en", "en_IE", "¤#,##0{}")]))
def test_amounts_are_those_of_babel(cents, language):
    ours, theirs, form = language
    form = form.format(".00" if cents % 100 else "")
    wanted = format_currency(Decimal(cents) / 100, "EUR", form, theirs, currency_digits=False)
    assert formats.euros(cents, ours) == wanted


@given(st.integers(-(10**12), 10**12) | st.decimals(-(10**6), 10**6, places=2).map(float))
def test_numbers_are_those_of_babel(value):
    for locale in ("fr", "en"):
        assert formats.number(value, locale) == format_decimal(value, locale=locale)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_days_are_those_of_babel(day):
    wanted = format_date(day, "d MMMM y", locale="fr")
    assert formats.partial(day) == (wanted.replace("1 ", "1er ", 1) if day.day == 1 else wanted)
    assert formats.partial(day, "en") == format_date(day, "d MMMM y", locale="en_GB")


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        ("2008-02", "février 2008", "February 2008"),
        ("2012-08", "août 2012", "August 2012"),
        ("2008", "2008", "2008"),
        (None, "date inconnue", "date unknown"),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_is_known(day, french, english):
    assert (formats.partial(day), formats.partial(day, "en")) == (french, english)


def test_an_instant_is_shown_as_the_clocks_of_paris_show_it():
    assert formats.moment("2026-06-30T22:30:00Z") == "1er juillet 2026 à 00:30"
    assert formats.moment("2026-06-30T22:30:00Z", "en") == "1 July 2026 at 00:30"


@pytest.mark.parametrize(
    ("days", "said"),
    [(181, "+ 6 mois"), (-61, "− 2 mois"), (12, "+ 12 jours"), (-1, "− 1 jour"), (0, "à la date promise")],
)
def test_a_slip_is_told_in_months(days, said):
    assert formats.slip(days).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("cents", "said"), [(250_000_000, "2,5 M€"), (75_000_000, "750 k€"), (4_000, "40 €"), (0, "0 €")]
)
def test_an_axis_has_short_amounts(cents, said):
    assert formats.short_euros(cents).replace("\u00a0", " ") == said


# Scales


@given(st.just(0.0) | st.floats(1, 1e15), st.integers(2, 9))
def test_ticks_are_round_and_reach_the_highest(highest, most):
    found = ticks(highest, most)
    assert found[0] == 0
    assert 2 <= len(found) <= most + 2
    assert found[-1] >= highest * (1 - 1e-9)
    steps = {round((b - a) / found[1], 6) for a, b in pairwise(found)}
    assert steps == {1.0}


def test_ticks_are_figures_that_people_count_in():
    assert ticks(7) == [0, 2, 4, 6, 8]
    assert ticks(22_000_000_00) == [0, 500_000_000, 1_000_000_000, 1_500_000_000, 2_000_000_000, 2_500_000_000]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_scale_keeps_the_order(one, other):
    scale = Linear(-1e9, 1e9, 0, 1000)
    assert (scale(one) <= scale(other)) or one > other


def test_a_scale_may_run_downwards():
    up = Linear(0, 100, 250, 10)
    assert (up(0), up(100), up(50)) == (250, 10, 130)


@given(st.lists(st.integers(), min_size=1, max_size=80, unique=True))
def test_bands_stand_side_by_side_within_their_ends(keys):
    bands = Bands(keys, 76, 952)
    starts = [bands(key) for key in keys]
    assert starts[0] >= 76
    assert starts[-1] + bands.width <= 952.2
    assert all(b - a >= bands.width - 0.2 for a, b in pairwise(starts))


# Charts


@given(
    st.dictionaries(
        st.none() | st.integers(1990, 2060),
        st.tuples(st.integers(0, 10**13), st.integers(-(10**9), 10**13)),
        max_size=30,
    )
)
def test_every_bar_stands_within_the_paper(years):
    chart = bars_by_year(sorted(years.items(), key=lambda each: each[0] or 9999), ("committed", "paid"))
    for group in chart.groups:
        for bar in group.bars:
            assert chart.left <= bar.x
            assert bar.x + bar.width <= chart.right + 0.2
            assert bar.y >= 0
            assert bar.y + bar.height <= chart.height + 0.2


def test_time_runs_evenly_and_what_is_undated_comes_last():
    chart = bars_by_year([(2008, (1_00, 0)), (2011, (0, 5_00)), (None, (3_00, 0))], ("committed", "paid"))
    assert [group.key for group in chart.groups] == [2008, 2009, 2010, 2011, None]
    assert [[bar.value for bar in group.bars] for group in chart.groups] == [
        [1_00, 0],
        [0, 0],
        [0, 0],
        [0, 5_00],
        [3_00, 0],
    ]


def test_years_in_which_nothing_is_drawn_are_left_out_at_the_ends():
    assert [group.key for group in bars_by_year([(2001, (0, 0)), (2008, (1, 0))], ("a", "b")).groups] == [2008]
    assert isinstance(bars_by_year([], ("a", "b")), BarChart)


def test_a_chart_of_many_years_grows_wider():
    years = [(year, (100_00, 0)) for year in range(1960, 2020)]
    assert bars_by_year(years, ("a", "b")).width > 2000


# The glossary


def test_the_help_page_has_every_word_of_the_domain():
    found = {term.fr for term in terms()}
    assert len(found) == len(terms()) > 50
    assert {"engagement (DAS)", "jalon", "arrêté de situation", "jeton", "opération"} <= found
    assert all(term.signifie.endswith((".", "…")) and term.means and term.en for term in terms())
