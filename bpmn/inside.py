"""The operations that a diagram calls inside the house: done in the same commit, answered at once (decision 10)."""

from collections.abc import Mapping
from typing import Final

from bpmn.vocabulary import Input, Outside

NOT_FOUND: Final = "not-found"
NOT_VALID: Final = "not-valid"
CHANGED: Final = "changed-meanwhile"

_ERRORS: Final = {
    NOT_FOUND: "There is no such record",
    NOT_VALID: "The values do not fit the form or the rules of the type",
    CHANGED: "The record was changed since the version that was seen",
}
VERSION_PROPOSED: Final = "version.proposed"
VERSION_DECIDED: Final = "version.decided"
TOLD: Final = frozenset({VERSION_PROPOSED, VERSION_DECIDED})
"""Messages that Keelson itself sends: a version of a process was proposed; it was decided on its own page."""

_TYPE: Final = Input(id="type", title="Type", description='Id of the type: "supplier"', required=True)
_KEY: Final = Input(id="key", title="Key", description='"SPL-1001"', required=True)


def _only(*codes: str) -> Mapping[str, str]:
    return {code: _ERRORS[code] for code in codes}


_OPERATIONS: Final = (
    Outside(
        id="calendar/conflicts",
        title="Look for conflicts in the schedule of changes",
        inputs=(
            Input(id="start", title="Start", description="Date and time", required=True),
            Input(id="end", title="End", description="Date and time", required=True),
            Input(id="items", title="Items", description="Keys of configuration items"),
            Input(id="services", title="Services", description="Ids of services"),
            Input(id="interrupts", title="Interrupts", description="Whether the change interrupts them"),
            Input(id="but", title="But", description="Key of the planned change itself, to be left out"),
        ),
        outputs=("count", "conflicts", "next_free"),
        errors=_only(NOT_VALID),
    ),
    Outside(
        id="cases/count",
        title="Count cases that are alike",
        inputs=(
            Input(id="process", title="Process", description='Id of a process: "incident"', required=True),
            Input(id="where", title="Where", description="A context of values to be equal"),
            Input(id="by", title="By", description="Names of variables: those with the same values are a group"),
            Input(id="since", title="From", description="A date, or date and time, at which they began or later"),
            Input(id="until", title="To", description="A date, or date and time, before which they began"),
            Input(id="without", title="Without", description='Kind of link that they do not have: "caused_by"'),
        ),
        outputs=("count", "numbers", "groups"),
        errors=_only(NOT_VALID),
    ),
    Outside(
        id="measures/read",
        title="Read figures of measures",
        inputs=(
            Input(id="process", title="Process", description="Id of a process; left out: all"),
            Input(id="since", title="From", description="A date, or date and time", required=True),
            Input(id="until", title="To", description="A date, or date and time; left out: until now"),
        ),
        outputs=("count", "measures"),
        errors=_only(NOT_VALID),
    ),
    Outside(
        id="link/add",
        title="Link with a case or record",
        inputs=(
            Input(id="kind", title="Kind", description='What this case is to the other: "resolves"', required=True),
            Input(id="to", title="To", description="Number of a case, or key of a record", required=True),
        ),
        outputs=("added",),
        errors=_only(NOT_FOUND, NOT_VALID),
    ),
    Outside(
        id="record/save",
        title="Save a record",
        inputs=(
            _TYPE,
            Input(id="key", title="Key", description="Null or left out: a new record"),
            Input(id="title", title="Title", description="Left out: as it was"),
            Input(id="values", title="Values", description="A context by field; those left out stay", required=True),
            Input(id="owner", title="Owner", description="Id of a person"),
            Input(id="state", title="State", description="One of the states of the type"),
            Input(id="seen", title="Seen", description="The version that was read: a later one is not written over"),
        ),
        outputs=("key", "version"),
        errors=_ERRORS,
    ),
    Outside(
        id="record/read",
        title="Read a record",
        inputs=(_TYPE, _KEY),
        outputs=("found", "key", "title", "owner", "state", "values", "version"),
        errors=_only(NOT_VALID),
    ),
    Outside(
        id="record/find",
        title="Find records",
        inputs=(
            _TYPE,
            Input(id="where", title="Where", description="A context of values to be equal, or in a list"),
        ),
        outputs=("count", "records"),
        errors=_only(NOT_VALID),
    ),
    Outside(
        id="record/retire",
        title="Retire a record",
        inputs=(_TYPE, _KEY, Input(id="reason", title="Reason", required=True)),
        outputs=("key", "version"),
        errors=_only(NOT_FOUND, NOT_VALID),
    ),
    Outside(
        id="people/involved",
        title="What somebody did in a process",
        inputs=(
            Input(id="person", title="Person", description="Id of a person", required=True),
            Input(id="process", title="Process", description='Id of a process: "change"; null: nothing is counted'),
            Input(id="since", title="From", description="A date, or date and time"),
            Input(id="until", title="To", description="The last day that counts"),
        ),
        outputs=("tasks", "cases"),
        errors=_only(NOT_VALID),
    ),
    Outside(
        id="version/decide",
        title="Release or send back a version",
        inputs=(
            Input(id="version", title="Version", description="As version.proposed names it", required=True),
            Input(id="decision", title="Decision", description='"release" or "send_back"', required=True),
            Input(id="reason", title="Reason", description="Needed to send it back"),
        ),
        outputs=("released",),
        errors={},
    ),
)

INSIDE: Final[Mapping[str, Outside]] = {operation.id: operation for operation in _OPERATIONS}
"""They are waited for like those outside: where one fails and nothing catches it, an operator can try it again."""
