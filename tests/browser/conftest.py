"""A real browser in front of a real service: the demo's register, a follower at work, and somebody signed in.

Whatever the browser complains of fails the test: console, exceptions, blocked or failed requests, statuses that nobody
expected. The browser is Debian's chromium; where there is none these tests are skipped and say so.
TEST_SCREENSHOTS=folder keeps a picture of every page that is looked at.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from psycopg_pool import ConnectionPool

from api.app import Services, create_app
from api.counting import Counters
from api.http.access import LOGIN
from api.imports import import_register
from api.published.publisher import Publisher
from api.published.shelf import Shelf
from domain.ledger import Command, Done, Ledger
from domain.partner import Partner
from domain.reference.partners import reference_partners
from projections.follower import Follower
from tests.api.desk import tokens
from tests.api.serving import served
from tests.browser.looking import Look, Site
from tests.browser.promises import promised  # noqa: F401
from tests.conftest import empty
from tests.imports.registers import REAL
from tests.story import AUTHORITY, NOW, entry

CHROMIUM = shutil.which("chromium")
HERE = Path(__file__).parent
# Milliseconds. A page that a click leads to is there when it is there: what is expected of it is waited for.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser."""
    absent = pytest.mark.skip(reason="there is no chromium here: sudo apt install chromium")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(absent)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox", *quiet]}


@pytest.fixture(scope="package")
def site(tables: str, servers: Any) -> Iterator[Site]:
    """The demo's register, served as the world meets it; whoever records here leaves it to the tests that follow."""
    ledger = Ledger(tables, authority=AUTHORITY)
    with (
        closing(ledger),
        ConnectionPool(tables, min_size=1, max_size=9, kwargs={"autocommit": True}, open=True) as reads,
    ):
        record = uuid4().hex
        shelf = Shelf(servers.redis_url, lambda: record, patience=2)
        services = Services(
            ledger=ledger,
            reads=reads,
            authority=AUTHORITY,
            clock=lambda: NOW,
            threads=8,
            counters=Counters(servers.redis_url),
            rate_limit=100_000,
            refused_tokens=1000,
            shelf=shelf,
        )
        told(ledger)
        app = create_app(services)
        with closing(shelf), following(tables, Publisher(shelf)), served(app) as url:
            yield Site(url, app, ledger)
        services.waiting.stop()
    empty(tables)


def told(ledger: Ledger) -> None:
    """What everybody finds recorded: the known partners, one token for each role, the register of the demo."""
    known = [
        Partner.register(
            authority=AUTHORITY,
            code=each.code,
            name=each.name,
            kind=each.kind,
            other_names=each.other_names,
            **entry("2006"),
        )
        for each in reference_partners()
    ]
    ledger.run(Command(id=uuid4()), lambda: Done(*known, *tokens()))
    report = import_register(ledger, REAL, command=Command(uuid4()), at=NOW)
    assert report.exit_code == 0


@contextmanager
def following(database_url: str, publisher: Publisher) -> Iterator[None]:
    """A follower that publishes is at work meanwhile."""
    follower, stop = Follower(database_url, audience=publisher), threading.Event()
    follower.catch_up()
    working = threading.Thread(target=follower.run, args=(stop,))
    working.start()
    try:
        yield
    finally:
        stop.set()
        working.join()


@pytest.fixture
def look(site: Site, new_context: Callable[..., Any]) -> Iterator[Callable[..., Look]]:
    """Opens a browser, signed in as somebody of the cast, or as nobody; no complaint of its own may come."""
    opened: list[Look] = []

    def at(who: str | None = "lea", *, width: int = 1366, locale: str = "fr-FR", **options: Any) -> Look:
        context = new_context(viewport={"width": width, "height": 900}, locale=locale, **options)
        if who:
            context.add_cookies([{"name": LOGIN, "value": site.login(who), "url": site.url, "httpOnly": True}])
        opened.append(Look(site, context.new_page(), who or "nobody"))
        return opened[-1]

    yield at
    for each in opened:
        assert each.complaints == []


@pytest.fixture(params=["lea", "landlord", "anru", "region", "auditor", "admin"])
def anybody(request: pytest.FixtureRequest) -> str:
    """Each of the cast in turn."""
    return str(request.param)
