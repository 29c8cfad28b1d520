"""Prints the document."""

import sys

from domain.describing import events_document

sys.stdout.write(events_document())
