"""Types of records as this installation has them: the newest version of each, and those that records were kept by."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, cast

from bpmn.records import RecordType, read_record_types
from engine.errors import NotFound
from engine.live import shelf
from engine.model.person import Actor
from engine.model.register import RecordScope
from engine.permissions import Action, may
from engine.storage import registers as rows
from engine.transaction import Transaction

TYPES: Final = 200
"""How many versions of types are kept in memory."""
_READERS: Final = {"everybody": Action.TAKE_PART, "staff": Action.SEE_CASES, "restricted": Action.SEE_RESTRICTED}


@dataclass(frozen=True, kw_only=True)
class Register:
    """A type of records in one of its versions."""

    type: RecordType
    version: int


def register(tx: Transaction, record_type: str, version: int | None = None) -> Register:
    """Give a type, in its newest version unless said otherwise. Raises NotFound."""
    number = version or rows.type_versions(tx).get(record_type)
    found = _read(tx, [(record_type, number)]) if number else {}
    if record_type not in found:
        raise NotFound(f"There are no records of the type “{record_type}”.", record_type=record_type)
    return found[record_type]


def registers(tx: Transaction) -> Mapping[str, Register]:
    """Give all types in their newest versions, by id."""
    return _read(tx, rows.type_versions(tx).items())


def _read(tx: Transaction, wanted: Collection[tuple[str, int]]) -> dict[str, Register]:
    kept = shelf(tx, "record types", TYPES)
    found = {each: cast("Register | None", kept.get(each)) for each in wanted}
    for row in rows.types(tx, [each for each, known in found.items() if known is None]):
        # Read one by one: what one refers to may be a type of another version by now.
        read, _ = read_record_types({f"{row.id}.toml": row.facts, f"{row.id}.form": row.form})
        for each in read:
            found[row.id, row.version] = Register(type=each, version=row.version)
            kept.put((row.id, row.version), found[row.id, row.version])
    return {each[0]: known for each, known in sorted(found.items()) if known is not None}


def record_scope(tx: Transaction) -> RecordScope:
    """Give which records the actor sees, as a value (decision 14)."""
    types = {name for name, each in registers(tx).items() if _reads(tx.actor, each.type)}
    return RecordScope(types=frozenset(types), person_id=tx.actor.person_id)


def _reads(actor: Actor, kind: RecordType) -> bool:
    return may(actor, _READERS[kind.readers]) or bool(actor.roles & {kind.owner, *kind.editors})


def may_edit(actor: Actor, kind: RecordType, owner_id: str | None) -> bool:
    """Say whether the actor may change records of a type: by a role it names, as the owner, or as who manages all."""
    mine = owner_id is not None and owner_id == actor.person_id
    return mine or bool(actor.roles & {kind.owner, *kind.editors}) or may(actor, Action.MANAGE_RECORDS)
