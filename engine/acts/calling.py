"""What follows for other cases when one calls a process, gives a call up, or ends as a called case.

Everything that concerns another case is a job, written in the commit of the act that asks for it; `returning` does it.
"""

from typing import Final

from engine.acts.cases import OpenCase
from engine.model import step as steps_of
from engine.model.job import Job, JobKind
from engine.storage import instances, jobs
from forms.data import Value

_CONCERNS: Final = frozenset({steps_of.CaseCalled, steps_of.CallAbandoned})


def follow(case: OpenCase, steps: steps_of.Steps) -> list[Job]:
    """Give the jobs that begin, cancel and answer calls."""
    if case.instance.parent_id is None and _CONCERNS.isdisjoint(map(type, steps)):
        return []
    called = {step.token: step for step in steps if isinstance(step, steps_of.CaseCalled)}
    abandoned = [step.token for step in steps if isinstance(step, steps_of.CallAbandoned)]
    earlier = [token for token in abandoned if called.pop(token, None) is None]
    found: list[Job] = []
    if case.instance.state == "active":
        found += [_begin(case, step) for step in called.values()]
    if earlier:
        jobs.cancel(case.tx, case.instance.id, earlier)
        for child in instances.called_by(case.tx, case.instance.id, earlier):
            if child.ended_at is None:
                found.append(_job(case, child.id, None, {"do": "cancel", "caller": case.instance.number}))
    if case.instance.parent_id is not None:
        found += _answers(case, steps)
    return found


def _begin(case: OpenCase, step: steps_of.CaseCalled) -> Job:
    payload = {
        "do": "begin",
        "element": step.element_id,
        "process": step.process_id,
        "binding": step.binding,
        "tag": step.version_tag,
        "data": dict(step.data),
    }
    return _job(case, case.instance.id, step.token, payload)


def _answers(case: OpenCase, steps: steps_of.Steps) -> list[Job]:
    """Tell the calling case what its called case raised, and that it has ended."""
    parent_id, token = case.instance.parent_id or "", case.instance.parent_token
    told: dict[str, Value] = {"child": case.instance.id, "number": case.instance.number}
    found = [
        _job(case, parent_id, token, {"do": "escalate", "code": step.code} | told)
        for step in steps
        if isinstance(step, steps_of.EscalationRaised)
    ]
    if case.instance.ended_at is not None:
        finished = next((step for step in steps if isinstance(step, steps_of.Finished)), None)
        error = "cancelled" if finished is None else finished.error
        message = "" if finished is None else finished.message
        ended: dict[str, Value] = {
            "do": "end",
            "outcome": case.instance.outcome,
            "error": error,
            "data": case.compiled.process.given(case.live.data),
            "message": message,
        }
        if finished is not None and finished.everything:
            ended["everything"] = True
        found.append(_job(case, parent_id, token, ended | told))
    return found


def _job(case: OpenCase, instance_id: str, token: str | None, payload: dict[str, Value]) -> Job:
    now = case.tx.now()
    return Job.new(JobKind.CALL, due_at=now, now=now, payload=payload, instance_id=instance_id, token=token)
