"""The processes that Keelson ships: one folder each, with diagram, forms, decisions and facts."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
_KINDS = frozenset({".bpmn", ".dmn", ".form", ".toml", ".json"})


def shipped() -> Mapping[str, Mapping[str, bytes]]:
    """Give the files of every shipped process by its folder's name."""
    return {
        folder.name: {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in _KINDS}
        for folder in sorted(FOLDER.iterdir())
        if (folder / "process.toml").is_file()
    }
