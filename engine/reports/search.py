"""What a search over everything that is kept finds: cases and records."""

from dataclasses import dataclass
from typing import Final

from bpmn.records import RecordType
from engine.model.register import Record
from engine.registers import record_scope, registers
from engine.reports.cases import CasePage, CaseQuery, find_cases
from engine.storage import registers as rows
from engine.transaction import Transaction

RECORDS: Final = 20
"""How many records one search shows: whoever needs more looks into the register."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What holds every word of a search, as far as the actor may see it."""

    cases: CasePage
    """The newest of them; `cases.total` says how many there are."""
    records: tuple[tuple[RecordType, Record], ...]

    @property
    def count(self) -> int:
        """How much was found in all."""
        return self.cases.total + len(self.records)

    def at(self, text: str) -> tuple[str, str] | None:
        """Give kind (`case` or a type of records) and number or key of what is called exactly this."""
        named = text.strip().casefold()
        cases = (("case", row.instance.number) for row in self.cases.rows)
        records = ((kind.id, record.key) for kind, record in self.records)
        return next((each for each in (*cases, *records) if each[1].casefold() == named), None)


def search(tx: Transaction, text: str) -> Found:
    """Find cases by number, title and service, and records by all their texts."""
    types = registers(tx)
    records = rows.search(tx, record_scope(tx), text, limit=RECORDS)
    return Found(
        cases=find_cases(tx, CaseQuery(text=text)),
        records=tuple((types[record.type].type, record) for record in records if record.type in types),
    )
