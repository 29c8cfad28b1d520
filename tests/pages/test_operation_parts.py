"""What the page of an operation is made of: steps, their chart, changes in words; the page where little is there."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages import changed, gantt, history, steps
from api.pages.changed import MISSING, said
from api.pages.language import speak
from api.pages.steps import Step
from tests.api.desk import Desk
from tests.pages import lived
from tests.pages.reader import Reader
from tests.pages.test_operation import section
from tests.story import ANZIN, ARCHIVE, ESCAUTPONT, NOW, VALENCIENNES, delivered, entry, planned, started

TODAY = date(2026, 11, 22)
NAMES = {("lines", "L1"): "L1 (ANRU)", ("milestones", "permis"): "Permis"}
DATES = st.none() | st.dates(date(1950, 1, 1), date(2100, 1, 1)).flatmap(
    lambda day: st.sampled_from([f"{day}", f"{day:%Y-%m}", f"{day:%Y}"])
)


@pytest.fixture(autouse=True)
def in_french(app):
    """Words are found within a request."""
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        speak()
        yield


def operation(phase="started", milestones=(), **schedule):
    """What a page knows of an operation's calendar."""
    nothing = dict.fromkeys(("initial", "current", "actual", "slip_days"))
    return {
        "phase": phase,
        "milestones": milestones,
        "schedule": {name: nothing | schedule.get(name, {}) for name in ("start", "delivery")},
    }


# Steps


def test_a_promise_that_lies_behind_is_late_until_it_is_kept_or_all_is_over():
    promised = {"delivery": {"initial": "2020", "current": "2026-10"}}
    assert [each.late for each in steps.steps(operation(**promised), TODAY)] == [True]
    assert [each.late for each in steps.steps(operation(**promised), date(2026, 10, 31))] == [False]
    kept = {"delivery": {"current": "2026-10", "actual": "2026-11"}}
    assert [each.late for each in steps.steps(operation(**kept), TODAY)] == [False]
    assert [each.late for each in steps.steps(operation("abandoned", **promised), TODAY)] == [False]


def test_milestones_have_their_slip_and_stand_in_the_order_of_their_dates():
    told = [
        {"code": code, "label": code, "initial_due_on": first, "due_on": due, "reached_on": reached, "dropped": dropped}
        for code, first, due, reached, dropped in (
            ("later", "2012", "2014", None, False),
            ("kept", "2009-01", "2009-01", "2009-03", False),
            ("logged", None, None, "2008", False),
            ("dropped", "2010", "2010", None, True),
        )
    ]
    found = steps.steps(operation(milestones=told), TODAY)
    assert [(each.code, each.slip_days, each.late) for each in found] == [
        ("logged", None, False),
        ("kept", 59, False),
        ("dropped", 0, False),
        ("later", 730, True),
    ]


# The chart


def step(code, initial=None, current=None, actual=None):
    return Step(
        code, code, initial, current, actual, None, ahead=actual is None, of_works=code in ("start", "delivery")
    )


def test_without_a_date_there_is_no_chart():
    assert gantt.gantt([step("start")], TODAY, "Travaux") is None


def test_the_works_are_one_stretch_with_what_was_added_at_the_end():
    chart = gantt.gantt(
        [step("start", "2008-01-01", "2008-01-01", "2009-01-01"), step("delivery", "2012-01-01", "2015-01-01")],
        date(2010, 1, 1),
        "Travaux",
    )
    assert chart is not None
    (row,) = chart.rows
    assert row.first is not None
    assert row.now is not None
    assert row.slip is not None
    year = row.slip.width / 3
    assert row.first.width == pytest.approx(4 * year, rel=0.01)
    assert row.now.width == pytest.approx(3 * year, rel=0.01)
    assert row.slip.x == pytest.approx(row.first.x + row.first.width, abs=0.2)
    assert chart.today == pytest.approx(row.now.x + year, abs=1)


def test_a_milestone_may_be_called_as_the_start_is():
    milestone = Step("start", "Début", "2010", "2010", None, 0)
    chart = gantt.gantt([step("start", "2008", "2008"), step("delivery", "2012", "2012"), milestone], TODAY, "Travaux")
    assert chart is not None
    assert [(row.label, row.now is not None) for row in chart.rows] == [("Travaux", True), ("Début", False)]


def test_a_step_brought_forward_is_not_hatched():
    (row,) = gantt.gantt([step("permis", "2012", "2010")], TODAY, "Travaux").rows  # type: ignore[union-attr]
    assert row.slip is None
    assert row.now_point < row.first_point  # type: ignore[operator]


def test_today_is_drawn_only_while_something_is_ahead():
    over = gantt.gantt([step("permis", "2009", "2009", "2010")], TODAY, "Travaux")
    assert over is not None
    assert over.today is None
    assert over.ticks[-1].text <= "2012"


@given(st.lists(st.tuples(DATES, DATES, DATES), min_size=1, max_size=30), st.dates(date(1960, 1, 1), date(2090, 1, 1)))
def test_everything_stands_within_the_paper(dates, day):
    codes = ["start", "delivery", *(f"m{place}" for place in range(len(dates)))]
    chart = gantt.gantt([step(code, *each) for code, each in zip(codes, dates, strict=False)], day, "Travaux")
    if chart is None:
        return
    for row in chart.rows:
        for stretch in (row.first, row.now, row.slip):
            if stretch:
                assert chart.left <= stretch.x <= stretch.x + stretch.width <= chart.right + 0.2
                assert stretch.width >= 0
        for point in (row.first_point, row.now_point):
            assert point is None or chart.left <= point <= chart.right
        assert row.y + gantt.ROW <= chart.height
    assert chart.today is None or chart.left <= chart.today <= chart.right


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 50_000))
def test_lines_across_stand_evenly_around_what_is_drawn(first, days):
    last = first + timedelta(days)
    months = gantt.axis(first, last)
    assert months[0] <= first
    assert months[-1] > last
    assert 2 <= len(months) <= gantt.MOST_TICKS + 1
    places = [month.year * 12 + month.month for month in months]
    assert len({b - a for a, b in pairwise(places)}) == 1


# Changes in words


def change(field, before, after):
    return {"field": field, "before": before, "after": after}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (change("phase", "funded", "started"), ("Phase", "Financée", "Démarrée")),
        (change("funding.paid_cents", 0, 1_00), ("Payé", "0 €", "1 €")),
        (change("lines.L1.paid_cents", 0, 1_00), ("Ligne L1 (ANRU) · Payé", "0 €", "1 €")),
        (change("lines.L9.paid_cents", 0, 1_00), ("Ligne L9 · Payé", "0 €", "1 €")),
        (
            change("lines.L1.schedule.2009.amount_cents", None, 1_00),
            ("Ligne L1 (ANRU) · Crédits de paiement · 2009", "–", "1 €"),
        ),
        (
            change("schedule.delivery.current", "2012", "2013-06"),
            ("Livraison · calendrier actuel", "2012", "juin 2013"),
        ),
        (change("schedule.start.slip_days", None, 61), ("Démarrage · écart", "–", "+ 2 mois")),
        (change("milestones.permis.due_on", "2012", None), ("Jalon Permis · Échéance", "2012", "–")),
        (change("communes.59014.weight", 10_000, 7_550), ("Commune Anzin · Poids", "100 %", "75,5 %")),
        (change("owner", None, "cavm"), ("Maître d'ouvrage", "–", "CA Valenciennes Métropole")),
        (change("to_complete", ["theme", "cost"], []), ("À compléter", "le thème, le coût", "–")),
        (change("early_start", False, True), ("Démarrage anticipé autorisé", "non", "oui")),
        (
            change("financing_plan.shares", [], [{"partner": "anru", "amount_cents": 1_00, "instrument": "grant"}]),
            ("Plan de financement · Parts", "–", "Partenaire : ANRU ; Montant : 1 € ; Nature : Subvention"),
        ),
    ],
)
def test_a_change_is_told_in_words(told, words):
    (found,) = said([told], NAMES)
    assert tuple(each.replace("\u00a0", " ") for each in found) == words


def test_all_that_came_with_a_new_line_is_one_change():
    facts = {"partner": "anru", "scheme": None, "committed_cents": 5_00, "paid_cents": 0, "schedule": []}
    came = [change(f"lines.L1.{name}", None, value) for name, value in facts.items()]
    (found,) = said([*came], NAMES)
    assert found.what == "Ligne L1 (ANRU)"
    assert found.after.replace("\u00a0", " ") == "Partenaire : ANRU ; Engagé : 5 €"
    (gone,) = said([change(each["field"], each["after"], None) for each in came], NAMES)
    assert (gone.before, gone.after) == (found.after, "–")


def test_what_is_told_first_and_says_nothing_is_left_out():
    first = [
        change("territory_wide", None, False),
        change("funding.paid_cents", None, 0),
        change("site", None, "Carpeaux"),
    ]
    assert [each.what for each in said(first, NAMES)] == ["Quartier ou site"]
    assert len(said([change("funding.paid_cents", 1_00, 0)], NAMES)) == 1


def test_an_entry_tells_what_it_turned_not_what_follows_from_it():
    changes = [
        change("phase", "funded", "started"),
        change("schedule.start.actual", None, "2008"),
        change("funding.paid_cents", 0, 1_00),
        change("funding.cost_cents", 1_00, 2_00),
        change("to_complete", ["cost"], []),
        change("milestones.permis.dropped", False, True),
    ]
    assert [each.what for each in changed.turned(changes, NAMES)] == ["Phase", "Coût"]


def test_whatever_a_record_lacks_has_words():
    lacking = [planned(theme=None, on=None, by=ARCHIVE), delivered(), started(None)]
    early = planned()
    early.start(**entry(None, by=ARCHIVE))
    undated = planned("UNBEGUN")
    undated.deliver(**entry("2012", by=ARCHIVE))
    found = {name for each in (*lacking, early, undated) for name in each.to_complete}
    assert found == set(MISSING)


# How late, and from where


@pytest.mark.parametrize(
    ("on", "said"),
    [
        *(("2026-11", None), ("2026-09-24", None), ("2026", None), (None, None)),
        *(("2026-09-22", "2 mois"), ("2025-11", "12 mois"), ("2008-02", "18 ans")),
    ],
)
def test_an_entry_is_late_sixty_days_after_the_fact_certainly_had_happened(on, said):
    assert history.after({"on": on, "recorded_at": NOW}) == said


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("api", "par un logiciel"),
        ("page", "sur une page"),
        ("cli", "en ligne de commande"),
        (f"import:{'a' * 64}/12", "reprise d'un fichier (aaaaaaaa…), ligne 12"),
        ("telex", "telex"),
    ],
)
def test_where_an_entry_came_from_is_said(source, words):
    assert history.came(source) == words


# Where little is there


def test_without_a_statement_there_is_nothing_to_compare_with_yet(desk: Desk):
    desk.save(planned())
    page = Reader(desk).signed_in().at("/operations/ANZ-CARPEAUX")
    assert "Aucune situation n'est encore arrêtée" in section(page, "changes")


def test_what_is_no_address_is_no_link(desk: Desk):
    operation = planned()
    evidence = {"documents": (lived.Document("<i>Pièce</i>", "javascript:alert(1)"),)}
    operation.start(**{**entry("2009", reason="<b>Pourquoi</b>"), **evidence})
    desk.save(operation)
    page = Reader(desk).signed_in().at("/operations/ANZ-CARPEAUX").text
    assert 'href="javascript' not in page
    assert "&lt;i&gt;Pièce&lt;/i&gt; (javascript:alert(1))" in page
    assert "<b>Pourquoi" not in page


def test_a_commune_outside_is_said_and_equal_parts_are_not(desk: Desk):
    desk.save(planned(communes=(ANZIN, ESCAUTPONT, VALENCIENNES)))
    page = Reader(desk).signed_in().at("/operations/ANZ-CARPEAUX")
    assert "Communes Anzin, Escautpont (hors de l'agglomération), Valenciennes" in section(page, "facts")
