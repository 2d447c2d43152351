"""What Keelson ships: processes, one folder each with diagram, forms, decisions and facts; and types of records."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bpmn.records import RecordType, read_record_types

FOLDER = Path(__file__).parent
RECORDS = FOLDER / "records"
_KINDS = frozenset({".bpmn", ".dmn", ".form", ".toml", ".json"})


def shipped() -> Mapping[str, Mapping[str, bytes]]:
    """Give the files of every shipped process by its folder's name."""
    return {
        folder.name: {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in _KINDS}
        for folder in sorted(FOLDER.iterdir())
        if (folder / "process.toml").is_file()
    }


@cache
def shipped_record_types() -> tuple[RecordType, ...]:
    """Give the shipped types of records. Raises ValueError for a defect in one."""
    files = {path.name: path.read_bytes() for path in RECORDS.iterdir() if path.suffix in _KINDS}
    kinds, problems = read_record_types(files)
    if problems:
        raise ValueError("; ".join(str(problem) for problem in problems))
    return kinds
