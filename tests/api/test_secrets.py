"""What must stay secret is planted wherever a request has room for it, on a real service, and then looked for.

Looked through: what every process wrote, every answer, every row of every table, the feed.
"""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from api.run.cli import main
from tests.api.desk import PLAN
from tests.run.test_serving import JALON, PATIENCE, port, ready, until

__all__ = ["port"]

# Part of everything that is planted, and of nothing else.
PLANTED = "pLaNtEd7f3c"
SECRET = f"jal_x_{PLANTED}"
# May be seen in the table of people and by the administration, and nowhere else.
NAME = "Zoé Nommée9d1e"
# Recorded on purpose: whoever finds nothing at all has not looked.
TITLE = "Anzin : Carpeaux, témoin4b2a"

TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
FAULT = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'This row: %', convert_from(NEW.state, 'UTF8'); END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON stored_events FOR EACH ROW EXECUTE FUNCTION refuse()
"""
SERVED = "jalon-planted-service"
CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN (%s, 'jalon-follower')
"""
NO_FAULT = "DROP TRIGGER refuse ON stored_events; DROP FUNCTION refuse"


@dataclass
class Service:
    """A record that is served by processes of its own, and all that was heard of it."""

    port: int
    environ: dict[str, str]
    logs: list[Path]
    secrets: set[str] = field(default_factory=lambda: {PLANTED})
    answers: list[tuple[str, int, str]] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, by: str | None = None, **headers: str) -> Any:
        """Send a request, remember its answer."""
        sent = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {by}"} if by else {})
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path, raw, sent | {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = f"{answer.headers}\n{answer.read().decode()}"
        connection.close()
        self.answers.append((path, answer.status, text))
        return json.loads(text.partition("\n\n")[2] or "null")

    @property
    def last(self) -> int:
        """The status of the last answer."""
        return self.answers[-1][1]

    def jalon(self, *words: str) -> str:
        """What a command prints; its other output is kept among the logs."""
        done = subprocess.run([*JALON, *words], env=self.environ, capture_output=True, text=True, timeout=PATIENCE)
        with self.logs[0].with_name("commands").open("a") as kept:
            kept.write(done.stderr)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def token(self, role: str) -> str:
        """A token whose secret must not be found either."""
        made = self.jalon("token", "create", "--name", NAME, "--role", role)
        self.secrets.add(made.split("_", 2)[2])
        return made

    def log(self) -> str:
        """What all processes wrote."""
        return "\n".join(path.read_text() for path in self.logs[0].parent.iterdir() if path.is_file())


def with_password(database_url: str) -> str:
    """The same database, by an address that also gives its connections a name."""
    url = database_url.replace("://postgres@", f"://postgres:{PLANTED}@")
    return f"{url}{'&' if '?' in url else '?'}application_name={SERVED}"


@pytest.fixture
def service(servers: Any, database_url: str, port: int, tmp_path: Path) -> Iterator[Service]:
    """`jalon serve` on the servers of the tests, whose addresses hold passwords that nobody asks for."""
    environ = os.environ | {
        "DATABASE_URL": with_password(database_url),
        "REDIS_URL": servers.redis_url.replace("unix:///", f"unix://:{PLANTED}@/"),
        "JALON_WORKERS": "2",
    }
    logs = [tmp_path / "stdout", tmp_path / "stderr"]
    with (
        logs[0].open("w") as out,
        logs[1].open("w") as err,
        subprocess.Popen([*JALON, "serve", "--port", str(port)], env=environ, stdout=out, stderr=err) as process,
    ):
        until(lambda: ready(port))
        yield Service(port, dict(environ), logs)
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


@contextmanager
def faulty(database_url: str) -> Iterator[None]:
    """PostgreSQL refuses every entry, and quotes it."""
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(FAULT)
        try:
            yield
        finally:
            db.execute(NO_FAULT)


def rows(database_url: str) -> Iterator[tuple[str, str]]:
    """Every row of every table as text, with the table that it stands in; bytes as digits and as letters."""
    with psycopg.connect(database_url) as db:
        for (table,) in db.execute(TABLES).fetchall():
            for (text,) in db.execute(f"SELECT t::text FROM {table} AS t"):
                letters = [
                    bytes.fromhex(found).decode("utf-8", "replace") for found in re.findall(r"\\x([0-9a-f]+)", text)
                ]
                yield table, "\n".join([text, *letters])


def plant(service: Service, admin: str, team: str, database_url: str) -> None:
    """Send secrets in every place of a request; each is refused, or must leave no trace."""
    plan, path = {**PLAN, "title": TITLE}, "/v1/operations"
    headers = {"Cookie": SECRET, "User_Agent": SECRET, "X_Request_Id": SECRET, "traceparent": SECRET, "Referer": SECRET}

    service.ask("POST", path, plan, team, Idempotency_Key=SECRET, **headers)
    assert service.last == 201, service.answers[-1]
    service.ask("POST", path, plan, team, Idempotency_Key=SECRET, **headers)
    assert service.last == 201, service.answers[-1]
    service.ask("POST", path, plan | {"title": "Autre"}, team, Idempotency_Key=SECRET)
    service.ask("POST", path, plan, team, Idempotency_Key=f"{SECRET} é".encode().decode("latin-1"))

    for authorization in (
        SECRET,
        f"Bearer {SECRET}",
        f"Basic {SECRET}",
        f"Bearer {team} {SECRET}",
        f"Digest a={SECRET}",
    ):
        service.ask("GET", path, Authorization=authorization)
    for where in (
        f"/{SECRET}",
        f"{path}/{SECRET}",
        f"/v1/partners/{SECRET}/commitments",
        f"/problems/{SECRET}",
        f"//{SECRET}",
    ):
        service.ask("GET", where, by=team)
        service.ask("POST", where, {}, team)
    for name in ("token", "q", "commune", "limit", "cursor", "as_known_on", "min_position", "partner", "wait", "after"):
        for where in (path, "/v1/feed", "/openapi.json", "/nowhere"):
            service.ask("GET", f"{where}?{name}={SECRET}&{name}={SECRET}", by=team)
    service.ask("POST", f"{path}?token={SECRET}", plan, team)
    service.ask(SECRET, path, by=team)

    for name in (*plan, "token", "owner", "agreement", "cost_cents", "documents", "outputs", "reason"):
        for value in ([SECRET], {"token": SECRET}, [{"token": SECRET}], f"\0{SECRET}"):
            service.ask("POST", path, plan | {"reference": "ANZ-B", name: value}, team)
    for raw in (f'{{"title": "{SECRET}', f'["{SECRET}"]', f'"{SECRET}"', f'{{"title": {SECRET}}}', f"\ufeff{SECRET}"):
        service.ask("POST", path, raw.encode(), team)
    service.ask("POST", path, SECRET.encode("utf-16"), team)
    service.ask("POST", path, plan, team, Content_Type=f"text/{SECRET}")
    service.ask("POST", path, plan, team, Content_Type=f"application/json; charset={SECRET}")
    service.ask("POST", path, plan, team, Content_Encoding=SECRET)
    service.ask("GET", path, by=team, Accept=f"text/{SECRET}")
    service.ask("GET", path, by=team, If_None_Match=f'"{SECRET}"')
    for tag in (f'"{SECRET}"', SECRET, f'W/"{SECRET}"', f'"1", "{SECRET}"'):
        service.ask("POST", f"{path}/ANZ-CARPEAUX/start", {"on": "2008-11-20"}, team, If_Match=tag)

    account = service.ask("POST", "/v1/accounts", {"name": NAME, "role": "partner", "organisations": ["anru"]}, admin)
    assert service.last == 201, service.answers[-1]
    keyed = {"Idempotency_Key": "one"}
    granted = service.ask("POST", f"/v1/accounts/{account['reference']}/tokens", {}, admin, **keyed)
    assert service.answers.pop()[1] == 201, granted
    service.secrets.add(granted["token"].split("_", 2)[2])
    service.ask("POST", f"/v1/accounts/{account['reference']}/tokens", {}, admin, **keyed)
    service.ask("POST", f"/v1/tokens/{SECRET}/revoke", {"reason": "Perdu"}, admin)

    with faulty(database_url):
        service.ask("POST", path, plan | {"reference": "ANZ-C", "title": SECRET}, team, Idempotency_Key=f"{SECRET}2")
        assert service.last == 500, service.answers[-1]
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(CUT, (SERVED,))
    until(lambda: service.ask("GET", path, by=team) and service.last == 200)
    until(lambda: service.ask("GET", "/readyz") and service.answers[-1][2].count("no-follower") == 0)


def test_a_secret_that_is_planted_is_found_nowhere(service: Service, database_url: str):
    admin, team, auditor = service.token("admin"), service.token("team"), service.token("auditor")
    plant(service, admin, team, database_url)
    for path in ("/v1/feed?limit=200", "/v1/operations", "/v1/operations/ANZ-CARPEAUX/timeline"):
        service.ask("GET", path, by=auditor)
        assert TITLE in service.answers[-1][2] or "feed" in path
    service.jalon("status", "--json")

    stored, log = list(rows(database_url)), service.log()
    assert any(TITLE in text for table, text in stored if "stored_events" in table)
    assert any(NAME in text for table, text in stored if "person" in table)
    assert log.count('"event":"request"') > len(service.answers) / 2
    assert '"fault":["' in log

    for secret in service.secrets:
        assert [(path, status) for path, status, text in service.answers if secret.lower() in text.lower()] == []
        assert [table for table, text in stored if secret.lower() in text.lower()] == []
        assert secret.lower() not in log.lower()
    assert [table for table, text in stored if NAME in text and "person" not in table] == []
    assert NAME not in log
    assert json.dumps(NAME)[1:-1] not in log


def test_every_line_of_a_service_is_json(service: Service):
    service.ask("GET", f"/{SECRET}")
    until(lambda: service.logs[1].read_text())
    for line in service.logs[1].read_text().splitlines():
        assert {"event", "time", "level", "logger"} <= json.loads(line).keys()


UNREACHABLE = [
    "postgresql://jalon:{}@127.0.0.1:1/jalon",
    "postgresql://jalon:{}@nowhere.invalid/jalon",
    "postgresql://jalon:a/{}@127.0.0.1/jalon",
    "postgresql://jalon:a@{}@127.0.0.1/jalon",
    "postgresql://jalon:12/{}@127.0.0.1/jalon",
    "postgresql://jalon:%{}@127.0.0.1/jalon",
    "postgresql://jalon:a {}@127.0.0.1/jalon",
    "postgres:jalon:{}@127.0.0.1/jalon",
]


def surroundings(url: str) -> dict[str, str]:
    """The addresses of servers that cannot be reached, with passwords."""
    return {"DATABASE_URL": url.format(PLANTED), "REDIS_URL": f"redis://:{PLANTED}@127.0.0.1:1"}


@pytest.mark.parametrize("url", UNREACHABLE)
def test_the_password_of_a_database_that_cannot_be_reached_is_not_shown(url: str):
    done = CliRunner().invoke(main, ["status"], env=surroundings(url))
    assert done.exit_code != 0
    assert PLANTED.lower() not in f"{done.output}{done.exception}".lower()


@pytest.mark.parametrize("command", ["serve", "web", "follow"])
def test_a_service_that_cannot_start_does_not_show_the_password_of_its_database(command: str):
    environ = os.environ | surroundings(UNREACHABLE[0])
    done = subprocess.run([*JALON, command], env=environ, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0
    assert "PostgreSQL does not answer" in done.stderr
    assert PLANTED.lower() not in (done.stdout + done.stderr).lower()
