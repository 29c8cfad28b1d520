"""One house for all faults: each leaves it as it found it."""

from collections.abc import Iterator

import pytest

from tests.faults.house import House, built
from tests.faults.table import Table

TABLE = pytest.StashKey[Table]()


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with built(tmp_path_factory.mktemp("faults")) as house:
        yield house


@pytest.fixture
def house(standing: House) -> House:
    standing.settle()
    return standing


@pytest.fixture
def table(pytestconfig: pytest.Config) -> Table:
    return pytestconfig.stash.setdefault(TABLE, Table())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The long forms are run for this table."""
    table = config.stash.get(TABLE, None)
    if table is not None and "not soak" not in config.option.markexpr:
        terminalreporter.section("faults")
        for line in table.lines():
            terminalreporter.write_line(line)
