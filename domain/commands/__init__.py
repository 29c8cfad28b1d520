"""The commands of an operation, by subject; `domain/operation.py` puts them together."""

from typing import TYPE_CHECKING

# A class that lends commands is part of an aggregate, and none itself: aggregates are registered under a topic.
if TYPE_CHECKING:
    from domain.record import Record as Commands
else:
    Commands = object

__all__ = ["Commands"]
