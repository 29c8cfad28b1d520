"""The pages of the API tests' application, as browsers ask for them."""

import pytest

from tests.api.conftest import desk, followed, funded, planned, started  # noqa: F401
from tests.api.desk import Desk
from tests.pages.reader import Reader


@pytest.fixture
def reader(desk: Desk) -> Reader:  # noqa: F811
    """Somebody in front of the pages, not signed in yet."""
    return Reader(desk)
