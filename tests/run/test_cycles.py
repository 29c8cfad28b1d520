"""What a process that serves looks through for cycles of objects."""

import subprocess
import sys

SEEN = """
import gc
from api.run.cycles import SELDOM, look_seldom
kept = [[] for _ in range(1_000)]
look_seldom()
print(gc.get_threshold()[0] == SELDOM, any(each is kept for each in gc.get_objects()), gc.get_freeze_count() > 1_000)
"""


def test_what_is_there_is_not_looked_through_again():
    # In a process of its own: what is frozen stays so.
    said = subprocess.run([sys.executable, "-c", SEEN], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["True", "False", "True"]
