"""Chains of causes: cases that begin, tell and call one another while nobody acts and no time passes.

What a person does, or a timer that ran, begins a chain anew. Within one, the jobs carry which cases began, each through
the one before, how many jobs were done, and since when. A process whose message begins itself would otherwise fill the
house with cases, twice as many at each turn where it begins itself twice: the job that goes beyond a bound is not done,
and becomes an incident.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from engine.errors import StepFailed
from engine.model.job import Job, JobKind
from engine.storage import instances
from engine.transaction import Transaction
from forms.data import Value

STARTS: Final = 50
"""Most cases that begin, each through the one before."""
STEPS: Final = 50_000
"""Most jobs of a chain: more than the longest repetition of a call needs."""

_KEY: Final = "causes"
_APART: Final = frozenset({JobKind.MAIL, JobKind.BATCH, JobKind.CLOCK, JobKind.SCHEDULE})


def enter(tx: Transaction, job: Job) -> None:
    """Go on in the chain of a job that is being done. Raises StepFailed beyond the bounds."""
    begun, steps, since = job.payload.get(_KEY) or ([], 0, tx.now().isoformat())
    called = job.kind is JobKind.CALL and job.payload["do"]
    begins = job.kind is JobKind.START or called == "begin"
    process = str(job.payload["process"]) if begins else ""
    if begins:
        _check_starts(tx, job, process, begun, since)
        begun = [*begun, process]
    elif called == "end":
        begun = begun[:-1]  # back with the caller, which goes on
    tx.memory[_KEY] = [begun, int(steps) + 1, since]
    if steps >= STEPS:
        message = (
            f"Cases told one another {STEPS:,} times, and no person acted and no timer ran in between; it goes on for "
            "ever. Give the diagrams a condition that ends this, or a timer."
        )
        raise StepFailed(_element_id(job), "too_many_hops", message)


def _check_starts(tx: Transaction, job: Job, process: str, begun: Sequence[Value], since: str) -> None:
    if len(begun) >= STARTS:
        found = f"{STARTS} cases began one after the other, each through the one before"
    else:
        most = tx.installation.settings.recurring_cases
        if process not in begun or instances.begun_since(tx, process, datetime.fromisoformat(since), most) < most:
            return
        found = f"{most:,} cases of it began through one another"
    message = (
        f"{found}, and no person acted and no timer ran between them: the process {process} leads back to itself. It "
        "is not begun again. Give the diagram a condition that ends this, or a timer."
    )
    raise StepFailed(_element_id(job), "too_many_starts", message)


def linked(tx: Transaction, jobs: Iterable[Job]) -> list[Job]:
    """Give new jobs the chain they belong to, where they are due at once."""
    chain = tx.memory.get(_KEY)
    if chain is None:
        return list(jobs)
    return [
        replace(job, payload={**job.payload, _KEY: chain}) if job.due_at <= tx.now() and job.kind not in _APART else job
        for job in jobs
    ]


def begun_anew(payload: Mapping[str, Value]) -> dict[str, Value]:
    """Give the payload of a job that a person has tried again: he begins another chain."""
    return {key: value for key, value in payload.items() if key != _KEY}


def _element_id(job: Job) -> str | None:
    carried = job.payload.get("message")
    found = carried.get("element_id") if isinstance(carried, dict) else job.payload.get("element")
    return found if isinstance(found, str) else None
