"""Baselines as they are stored: a fact of the installation, since they are few."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from engine.model.baseline import Baseline
from engine.storage.records import fact, put_fact
from engine.transaction import Transaction
from forms.data import canonical, parse

_FACT: Final = "baselines"


def of_process(tx: Transaction, process_id: str) -> tuple[Baseline, ...]:
    """Fetch the baselines of a process, in the order in which they were kept."""
    return tuple(_read(each) for each in _all(tx).get(process_id, ()))


def put(tx: Transaction, process_id: str, kept: Sequence[Baseline]) -> None:
    """Replace the baselines of a process."""
    known = _all(tx) | {process_id: [_written(each) for each in kept]}
    put_fact(tx, _FACT, canonical({name: rows for name, rows in known.items() if rows}))


def _all(tx: Transaction) -> dict[str, Any]:
    found: dict[str, Any] = parse(fact(tx, _FACT) or "{}")
    return found


def _written(one: Baseline) -> dict[str, Any]:
    return {**vars(one), "kept_at": one.kept_at.isoformat(), "figures": dict(one.figures)}


def _read(row: dict[str, Any]) -> Baseline:
    figures = {name: Decimal(value) for name, value in row["figures"].items()}
    return Baseline(**(row | {"kept_at": datetime.fromisoformat(row["kept_at"]), "figures": figures}))
