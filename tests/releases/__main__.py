"""`python -m tests.releases` makes the archive of this release, unless it is there; `--again` makes it anew."""

import sys
import tempfile
from pathlib import Path

from tests.releases.making import FOLDER, make, name

if __name__ == "__main__":
    if (FOLDER / name()).exists() and sys.argv[1:] != ["--again"]:
        sys.exit(f"{name()} is there: it is that of a release, and kept as it is")
    with tempfile.TemporaryDirectory() as made:
        archive = make(Path(made))
    print(f"{archive.relative_to(Path.cwd())}  {archive.stat().st_size / 1000:.0f} kB")
