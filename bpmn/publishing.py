"""A draft sealed: checked, and named by a digest over every byte of its files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bpmn.checking import check, errors
from bpmn.diagram import Process
from bpmn.draft import Draft
from bpmn.errors import BpmnError
from bpmn.expressions import python_places
from bpmn.rules.finding import Finding, titled
from bpmn.vocabulary import Vocabulary
from forms.data import canonical


class NotPublishable(BpmnError):
    """The check of a draft found errors, so that it may not be sealed; `findings` holds them and the warnings."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(finding.message for finding in errors(findings)))


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Processes as they may be released, those of one file together.

    `digest` is hexadecimal SHA-256 over names and contents of its `files`.
    """

    titles: Mapping[str, str]
    """Of each of its executable processes, by id, in the order of the file."""
    digest: str
    files: Mapping[str, bytes] = field(repr=False)
    draft: Draft

    @cached_property
    def python(self) -> tuple[str, ...]:
        """Where it holds Python, in words."""
        return tuple(python_in(self.draft))


def python_in(draft: Draft) -> Mapping[str, str]:
    """The Python of a draft by its place in words, ``condition of Large?``, in the order of the file."""
    found: dict[str, str] = {}
    for process in draft.diagram.executable:
        for place in python_places(draft, process):
            words = f"{place.what} of {titled(place.at)}"
            found[words] = f"{found[words]}\n\n{place.text}" if words in found else place.text
    return found


def seal(draft: Draft, vocabulary: Vocabulary) -> Publication:
    """Check a draft and seal it. Raises NotPublishable, with warnings too, where a finding is an error."""
    findings = check(draft, vocabulary)
    if errors(findings):
        raise NotPublishable(findings)
    return Publication(
        titles={process.id: title_of(draft, process) for process in draft.diagram.executable},
        digest=digest(draft.files),
        files=dict(draft.files),
        draft=draft,
    )


def title_of(draft: Draft, process: Process) -> str:
    """What a process is called: what the facts say, where a file holds one; else its name, or that of its pool."""
    pool = next((pool.name for pool in draft.diagram.participants if pool.process_id == process.id), "")
    alone = len(draft.diagram.executable) < 2
    return (alone and draft.facts.title) or process.name or pool or process.id


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the canonical list of file names with the SHA-256 of their contents; order does not matter."""
    listed = [[name, hashlib.sha256(content).hexdigest()] for name, content in sorted(files.items())]
    return hashlib.sha256(canonical(listed).encode()).hexdigest()
