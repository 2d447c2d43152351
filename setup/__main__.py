"""`python setup`: the door that `./run` goes through."""

import sys
from pathlib import Path

# Started as a folder, Python puts that folder first on the path: its modules would then shadow the standard library's.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from setup.commands import main

sys.exit(main(sys.argv[1:]))
