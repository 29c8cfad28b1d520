"""Signing in: a token is exchanged for a login of eight hours, which ends with the token and opens pages alone."""

import re
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from api.app import create_app
from api.counting import Counters
from api.http.access import LOGIN
from api.logins import LASTS, end_all, open_for
from tests.api.desk import CARPEAUX, SECRET, TOKENS, Desk
from tests.api.granting import done, granted, opened
from tests.pages.reader import BROWSER, Reader, hidden, text
from tests.story import NOW

TOKEN = f"jal_lea_{SECRET}"


def cookie(response, name=LOGIN):
    """A cookie as it was set, with what was said of it."""
    return next((each for each in response.headers.getlist("Set-Cookie") if each.startswith(f"{name}=")), "")


def value(reader, name=LOGIN):
    found = reader.client.get_cookie(name)
    return found.value if found else None


def clocked(desk: Desk, at):
    """The same application, at another time."""
    return Desk(create_app(replace(desk.app.extensions["jalon"], clock=lambda: at)), desk.ledger, desk.follower)


def limited(desk: Desk, refused_tokens: int):
    """The same application, which lets so many refused tokens a minute through."""
    given = replace(desk.app.extensions["jalon"], refused_tokens=refused_tokens, counters=Counters())
    return Desk(create_app(given), desk.ledger, desk.follower)


# In and out


def test_a_token_opens_the_pages(reader: Reader):
    assert reader.at("/").status_code == 303
    response = reader.signs_in(TOKEN)
    assert (response.status_code, response.location) == (303, "/")
    assert reader.at("/").status_code == 200


@pytest.mark.parametrize("who", TOKENS)
def test_every_role_can_sign_in(reader: Reader, who):
    assert "Se déconnecter" in text(reader.signed_in(who).at("/"))


def test_whoever_asks_for_a_page_is_led_back_to_it(reader: Reader):
    asked = reader.at("/partners/cavm?as_known_on=2026-11-22")
    assert (asked.status_code, asked.location) == (303, "/login?next=/partners/cavm?as_known_on%3D2026-11-22")
    form = reader.at(asked.location)
    there = reader.sends(form, "/login", token=TOKEN)
    assert there.location == "/partners/cavm?as_known_on=2026-11-22"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\tx", "x", ""])
def test_nobody_is_led_to_another_site(reader: Reader, elsewhere):
    assert reader.signs_in(TOKEN, next=elsewhere).location == "/"


@pytest.mark.parametrize(
    "token", ["", "jal_lea_wrong", f"jal_nobody_{SECRET}", f"Bearer {TOKEN}", "é", "\0", TOKEN[:-1]]
)
def test_what_is_no_token_opens_nothing(reader: Reader, token):
    response = reader.signs_in(token)
    assert (response.status_code, value(reader)) == (401, None)
    assert 'aria-invalid="true"' in response.text
    assert "Ce jeton n'ouvre rien" in text(response)
    assert SECRET not in response.text
    assert reader.at("/").status_code == 303


def test_signing_out_ends_the_login_itself(reader: Reader):
    kept = value(reader.signed_in())
    response = reader.sends(reader.at("/"), "/logout")
    assert (response.status_code, response.location, value(reader)) == (303, "/login", None)
    reader.client.set_cookie(LOGIN, kept)
    assert reader.at("/").status_code == 303


# The cookie


def test_the_cookie_is_for_our_pages_alone(reader: Reader):
    told = cookie(reader.signs_in(TOKEN))
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=28800"} <= set(told.split("; "))
    assert "Secure" not in told
    assert TOKEN not in told


def test_under_tls_cookies_go_over_tls_alone(desk: Desk):
    client = desk.app.test_client()
    form = client.get("/login", base_url="https://jalon.example", headers={"Accept": BROWSER})
    assert "Secure" in cookie(form, "jalon_form")
    sent = hidden(form, "/login") | {"token": TOKEN}
    there = {"base_url": "https://jalon.example", "headers": {"Referer": "https://jalon.example/login"}}
    response = client.post("/login", data=sent, **there)
    assert response.status_code == 303
    assert "Secure" in cookie(response)
    assert "max-age" in client.get("/", **there).headers["Strict-Transport-Security"]


def test_the_database_has_no_secret_of_a_login(reader: Reader, database_url):
    kept = value(reader.signed_in())
    with psycopg.connect(database_url) as db:
        rows = db.execute("SELECT l::text FROM login AS l").fetchall()
    assert len(rows) == 1
    assert kept not in rows[0][0]


@pytest.mark.parametrize("path", ["/v1/operations", CARPEAUX, "/v1/feed"])
def test_a_login_opens_nothing_of_the_api(reader: Reader, path):
    response = reader.signed_in().at(path)
    assert (response.status_code, response.json["code"]) == (401, "unauthenticated")


def test_a_token_opens_no_page(desk: Desk):
    response = desk.get("/partners/cavm", Accept=BROWSER)
    assert (response.status_code, response.location) == (303, "/login?next=/partners/cavm")


# How long


def test_a_login_ends_after_eight_hours(reader: Reader, desk: Desk):
    reader.signed_in()
    for late, status in ((LASTS - timedelta(seconds=1), 200), (LASTS, 303)):
        later = Reader(clocked(desk, NOW + late))
        later.client.set_cookie(LOGIN, value(reader))
        assert later.at("/").status_code == status


def test_logins_that_are_over_are_forgotten(reader: Reader, desk: Desk, database_url):
    reader.signed_in()
    Reader(clocked(desk, NOW + LASTS)).signed_in()
    with psycopg.connect(database_url) as db:
        assert db.execute("SELECT count(*) FROM login").fetchone() == (1,)


def test_a_login_ends_with_its_token(reader: Reader, followed: Desk):
    token = granted(followed, opened(followed))
    assert reader.signs_in(token).status_code == 303
    assert reader.at("/").status_code == 200
    done(followed.post(f"/v1/tokens/{token.split('_')[1]}/revoke", {"reason": "Départ"}, by="admin"))
    assert reader.at("/").status_code == 303


def test_every_login_of_a_token_can_be_ended(reader: Reader, database_url):
    reader.signed_in()
    with psycopg.connect(database_url) as db:
        open_for(db, "anru", NOW)
        assert end_all(db, "lea") == 1
    assert reader.at("/").status_code == 303


# Forms


def test_a_form_that_is_not_ours_is_refused(reader: Reader):
    for action, typed in (
        ("/login", {"token": TOKEN}),
        ("/login", {"token": TOKEN, "csrf_token": "x"}),
        ("/logout", {}),
    ):
        signed_in = Reader(reader.desk).signed_in()
        response = signed_in.client.post(action, data=typed, headers={"Accept": BROWSER})
        assert response.status_code == 400
        assert "Formulaire périmé" in text(response)
        assert signed_in.at("/").status_code == 200


def test_a_form_from_before_somebody_else_signed_in_is_refused(reader: Reader):
    planted = reader.at("/login")
    reader.signed_in()
    assert reader.sends(planted, "/login", token=TOKEN).status_code == 400


def test_a_form_of_one_person_is_good_under_their_next_login(reader: Reader):
    before = reader.signed_in().at("/")
    reader.client.delete_cookie(LOGIN)
    reader.signed_in()
    assert reader.sends(before, "/logout").status_code == 303


# Limits


def test_refused_tokens_are_limited_as_those_of_the_api_are(desk: Desk):
    few = limited(desk, 2)
    reader = Reader(few)
    assert [reader.signs_in("jal_lea_wrong").status_code for _ in range(2)] == [401, 401]
    stopped = reader.signs_in("jal_lea_wrong")
    assert (stopped.status_code, few.get("/v1/operations", by=None).status_code) == (429, 429)
    assert int(stopped.headers["Retry-After"]) > 0
    assert "Trop de jetons refusés" in text(stopped)
    assert reader.signs_in(TOKEN).status_code == 303


def test_pages_count_against_the_limit_of_their_token_as_the_api_does(desk: Desk):
    given = replace(desk.app.extensions["jalon"], rate_limit=4, counters=Counters())
    few = Desk(create_app(given), desk.ledger, desk.follower)
    reader = Reader(few).signed_in()
    assert [reader.at("/").status_code, reader.at("/partners/anru.csv").status_code] == [200, 200]
    assert [few.get("/v1/partners").status_code for _ in range(3)] == [200, 200, 429]
    stopped = reader.at("/")
    assert (stopped.status_code, stopped.mimetype) == (429, "text/html")


def test_a_stale_cookie_is_no_refused_token(desk: Desk):
    few = limited(desk, 1)
    reader = Reader(few)
    reader.client.set_cookie(LOGIN, "over")
    assert {reader.at("/").status_code for _ in range(3)} == {303}
    assert few.get("/v1/operations", by=None).status_code == 401


def test_programs_that_ask_for_a_page_are_told_and_not_led_about(desk: Desk):
    response = desk.get("/partners/cavm")
    assert (response.status_code, response.content_type) == (401, "application/problem+json")


def test_every_page_can_be_read_in_a_language_that_was_chosen(reader: Reader):
    assert "Sign in" in text(Reader(reader.desk, "en-GB,en;q=0.8").at("/login"))
    assert "Se connecter" in text(Reader(reader.desk, "de").at("/login"))
    chosen = reader.at("/language/en?next=/login")
    assert (chosen.status_code, chosen.location) == (303, "/login")
    assert re.search('<html lang="en"', reader.at("/login").text)
