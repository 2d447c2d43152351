"""An installation with processes drawn in lines, and cases that meet in it through jobs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine import journal, worker
from engine.acts.completing import complete_task
from engine.acts.starting import start_case
from engine.acts.steering import cancel_case
from engine.installation import Installation
from engine.live import read_live
from engine.model.entry import instance_stream
from engine.model.identity import new_id
from engine.model.instance import Instance, Task
from engine.model.job import JobStatus
from engine.model.message import KeptMessage
from engine.model.person import SYSTEM
from engine.model.publication import PublicationRecord
from engine.reports.messages import kept_messages
from engine.running import Waiting
from engine.storage import instances, jobs, publications, tables
from engine.storage import journal as entries
from engine.transaction import begin, reading
from forms.answers import Answers
from forms.data import Value
from tests.bpmn.compiling.drawing import xml


class Town:
    """Acts as the system itself; `run` does what is due."""

    def __init__(self, store: Installation) -> None:
        self.store = store
        self.vouched = False
        """Whether somebody vouches for the Python of what is released."""
        with begin(store, SYSTEM) as tx:
            tx.connection.execute(tables.role.insert().values(id="service_desk", title="Service desk", kind="role"))

    def release(
        self, process_id: str, text: str, *, version: int = 1, tag: str = "", files: Mapping[str, bytes] | None = None
    ) -> str:
        """Release a process as its owner would have, checks left out."""
        content = xml(text, process_id)
        if tag:
            held = f'<spiffworkflow:property name="versionTag" value="{tag}"/>'
            held = f"<spiffworkflow:properties>{held}</spiffworkflow:properties>"
            mark = b'isExecutable="true">'
            content = content.replace(
                mark, mark + f"<bpmn:extensionElements>{held}</bpmn:extensionElements>".encode(), 1
            )
        with begin(self.store, SYSTEM) as tx:
            record = PublicationRecord(
                id=new_id(),
                process_id=process_id,
                version=version,
                state="released",
                title=process_id,
                digest="0" * 64,
                revision=1,
                based_on=None,
                note="",
                author_id=None,
                proposer_id=None,
                releaser_id=None,
                created_at=tx.now(),
                changed_at=tx.now(),
                proposed_at=None,
                released_at=tx.now(),
                vouched=self.vouched,
            )
            publications.insert(tx, record, {"p.bpmn": content, **(files or {})})
            publications.retire_others(tx, process_id, but=record.id)
        return record.id

    def start(self, process_id: str, **values: Value) -> str:
        """Start a case; gives its id."""
        with begin(self.store, SYSTEM) as tx:
            return start_case(tx, process_id, answers(values)).id

    def run(self) -> int:
        """Do what is due."""
        return worker.run_due(self.store)

    def do(self, case: str, element_id: str, **values: Value) -> None:
        """Complete the first open task of an element."""
        with begin(self.store, SYSTEM) as tx:
            task = next(task for task in instances.tasks_of(tx, case, state="open") if task.element_id == element_id)
        self.complete(task, **values)

    def complete(self, task: Task, **values: Value) -> None:
        """Complete a task."""
        with begin(self.store, SYSTEM) as tx:
            complete_task(tx, task.id, answers(values), task.version)

    def cancel(self, case: str) -> None:
        """Cancel a case."""
        with begin(self.store, SYSTEM) as tx:
            cancel_case(tx, case, "It is not needed.")

    def case(self, case: str) -> Instance:
        """Give the row of a case."""
        with reading(self.store, SYSTEM) as tx:
            found = instances.get(tx, case)
        assert found is not None
        return found

    def cases(self, process_id: str) -> list[Instance]:
        """Give all cases of a process, oldest first."""
        with reading(self.store, SYSTEM) as tx:
            ids = tx.connection.execute(
                tables.instance.select()
                .where(tables.instance.c.process_id == process_id)
                .order_by(tables.instance.c.id)
            )
            return [self.case(row.id) for row in ids]

    def tasks(self, case: str) -> list[str]:
        """Give the elements of the open tasks of a case."""
        with reading(self.store, SYSTEM) as tx:
            return sorted(task.element_id for task in instances.tasks_of(tx, case, state="open"))

    def data(self, case: str) -> Mapping[str, Value]:
        """Give the variables of a live case, those without a value left out."""
        with reading(self.store, SYSTEM) as tx:
            live = read_live(tx, self._of(tx, case))
            assert live is not None
            return {name: value for name, value in live.data.items() if value is not None}

    def waiting(self, case: str) -> Waiting:
        """Give what a live case waits for."""
        with reading(self.store, SYSTEM) as tx:
            live = read_live(tx, self._of(tx, case))
            assert live is not None
            return live.waiting()

    def waits_nowhere(self, case: str) -> bool:
        """Say whether an ended case left nothing behind that could still move it."""
        with reading(self.store, SYSTEM) as tx:
            open_jobs = jobs.of_instance(tx.connection, case, open_only=True)
            return not (open_jobs or instances.awaited_by(tx, case) or instances.tasks_of(tx, case, state="open"))

    def kept(self) -> list[KeptMessage]:
        """Give the messages that are remembered, newest first."""
        with reading(self.store, SYSTEM) as tx:
            found = [*kept_messages(tx).rows, *kept_messages(tx, is_kept=False).rows]
        return [line.message for line in found]

    def kinds(self, case: str) -> list[str]:
        """Give the kinds of a case's entries, and see that its chain holds."""
        with reading(self.store, SYSTEM) as tx:
            assert journal.verify(tx, instance_stream(case)).consistent
            return [entry.kind for entry in entries.entries(tx.connection, instance_stream(case))]

    def facts(self, case: str, kind: str) -> Mapping[str, Value]:
        """Give the facts of the last entry of a kind."""
        with reading(self.store, SYSTEM) as tx:
            found = [entry for entry in entries.entries(tx.connection, instance_stream(case)) if entry.kind == kind]
        facts: Mapping[str, Value] = found[-1].facts
        return facts

    def failed(self) -> list[str | None]:
        """Give the problems of the jobs that were given up or wait for another attempt."""
        with reading(self.store, SYSTEM) as tx:
            found = [job for status in JobStatus for job in jobs.with_status(tx.connection, status) if job.problem]
        return [job.problem for job in found if job.status in (JobStatus.FAILED, JobStatus.WAITING)]

    def now(self) -> datetime:
        """Give the time of the installation."""
        return self.store.clock()

    @staticmethod
    def _of(tx: object, case: str) -> Instance:
        found = instances.get(tx, case)
        assert found is not None
        return found


def answers(values: Mapping[str, Value]) -> Answers:
    """Make answers of values."""
    return replace(EMPTY, values=dict(values))


EMPTY = Answers(values={}, personal=frozenset(), files=())
