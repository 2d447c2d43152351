"""Dialects: what other tools write into a diagram, rewritten in memory as what Keelson reads.

One module for each family of tools. A dialect takes its extensions out of the parsed tree and writes ours in their
place, so that there is one reader, one typed view and one way to run. The bytes of a file are never changed. Whatever
a dialect meets leaves a Note: what it became, that it means nothing here, or that it cannot be read and what to do.
"""

from bpmn.dialects.adopting import adopt
from bpmn.notes import Note, Outcome

__all__ = ["Note", "Outcome", "adopt"]
