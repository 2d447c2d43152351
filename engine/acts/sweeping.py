"""Files that were sent with a form and that no case took: gone after a day. No row dies with them, so no entry tells.

A draft that names a file keeps it. What a killed server left half written, or put aside, is cleared away as well.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from engine.acts import attaching
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.storage import instances
from engine.transaction import reading

LIFETIME: Final = timedelta(days=1)
"""How long a file waits for a case that takes it."""
AT_ONCE: Final = 200
"""How many files are looked at in one step."""


def sweep_files(installation: Installation) -> Iterator[int]:
    """Remove what nobody needs and nobody has sent for a day, step by step; gives how many files each step removed."""
    found = _older(attaching.files_of(installation), (installation.clock() - LIFETIME).timestamp())
    while some := list(islice(found, AT_ONCE)):
        aside = {path.stem for path in some if path.suffix == attaching.ASIDE}
        with reading(installation, SYSTEM) as tx:
            needed = instances.needed_files(tx, {path.stem for path in some}, drafts=True)
        orphans = {path.stem for path in some} - needed
        yield attaching.take_away(installation, orphans | aside)


def _older(folder: Path, oldest: float) -> Iterator[Path]:
    """Give the files that are older, and all that were put aside; folders of files never finished are removed."""
    for path in folder.glob("??/*"):
        try:
            if path.stat().st_mtime > oldest and path.suffix != attaching.ASIDE:
                continue
        except FileNotFoundError:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            yield path
