"""Rehearsals: a scenario played on files by the real acts, over a throw-away store and with a clock that jumps.

`rehearse` never raises for what files or scenario hold: what cannot be read or run is told in the outcome. Nothing
outside the throw-away store is read, written or called.
"""

from engine.rehearsing.outcome import Rehearsal, Status
from engine.rehearsing.rehearsal import rehearse

__all__ = ["Rehearsal", "Status", "rehearse"]
