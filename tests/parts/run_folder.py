"""One folder and one lock a test run, shared by all its xdist workers."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VARIABLE = "KEELSON_TEST_RUN"


def begin(above: Path | None = None) -> Path:
    """Make the folder; its name is short, because socket paths below it may not exceed 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="keelson-", dir=above))
    # Open to passing through only: the database server runs as another user when the tests run as root.
    folder.chmod(0o711)
    os.environ[_VARIABLE] = str(folder)
    return folder


def present() -> Path:
    """The folder of the run this process belongs to; workers inherit it."""
    return Path(os.environ[_VARIABLE])


def end() -> None:
    """Remove the folder and all in it."""
    shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock among the processes of this run."""
    with (present() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
