"""Baselines of processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The figures of a process in a period, by measure, as its owner kept them under a name."""

    title: str
    length: str
    """month, quarter or year."""
    period: str
    """Its key, as in engine.periods."""
    kept_at: datetime
    kept_by: str | None
    figures: Mapping[str, Decimal]
