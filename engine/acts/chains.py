"""Chains of causes: cases that begin, tell and call one another while nobody acts and no time passes.

What a person does, or a timer that ran, begins a chain anew. Within one, the jobs carry how many cases began, each
through the one before, and how many jobs were done. A process whose message begins itself would otherwise fill the
house with cases: the job that goes beyond the bound is not done, and becomes an incident.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from engine.errors import StepFailed
from engine.model.job import Job, JobKind
from engine.transaction import Transaction
from forms.data import Value

STARTS: Final = 50
"""Most cases that begin, each through the one before."""
STEPS: Final = 50_000
"""Most jobs of a chain: more than the longest repetition of a call needs."""

_KEY: Final = "chain"
_APART: Final = frozenset({JobKind.MAIL, JobKind.BATCH, JobKind.CLOCK, JobKind.SCHEDULE})


def enter(tx: Transaction, job: Job) -> None:
    """Go on in the chain of a job that is being done. Raises StepFailed beyond the bounds."""
    starts, steps = (int(number) for number in job.payload.get(_KEY, (0, 0)))
    called = job.kind is JobKind.CALL and job.payload["do"]
    if job.kind is JobKind.START or called == "begin":
        starts += 1
    elif called == "end":
        starts = max(starts - 1, 0)  # back with the caller, which goes on
    tx.memory[_KEY] = [starts, steps + 1]
    if starts > STARTS:
        message = (
            f"{STARTS} cases began one after the other, each through the one before, and no person acted and no timer "
            f"ran between them: the process {job.payload['process']} leads back to itself. It is not begun again. Give "
            "the diagram a condition that ends this, or a timer."
        )
        raise StepFailed(_element_id(job), "too_many_starts", message)
    if steps >= STEPS:
        message = (
            f"Cases told one another {STEPS:,} times, and no person acted and no timer ran in between; it goes on for "
            "ever. Give the diagrams a condition that ends this, or a timer."
        )
        raise StepFailed(_element_id(job), "too_many_hops", message)


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
