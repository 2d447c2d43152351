"""Run one outside tool: a line of progress, its output in a log, its failure as one sentence."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from setup.places import Places, say
from setup.refusal import Refused

_NOTHING_LEFT = 1024 * 1024

_REASONS = (
    (
        re.compile(r"No space left on device|ENOSPC|os error 28|Disk quota exceeded|not enough free space", re.I),
        "the disk is full; free some space and run the same command again",
    ),
    (
        re.compile(r"hash(es)? mismatch|DO NOT MATCH THE HASHES|EINTEGRITY", re.I),
        "what was fetched does not have the hash the lock file names",
    ),
    (
        re.compile(
            r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|failed to fetch|dns error|"
            r"Connection refused|NewConnectionError|ConnectTimeoutError|Could not resolve (host|')|Temporary failure|"
            r"error sending request|Failed to establish a new connection|Could not connect|Unable to connect",
            re.I,
        ),
        "the registry could not be reached; check the network or the proxy and run the same command again",
    ),
    (re.compile(r"EACCES|Permission denied", re.I), "this user may not write there"),
)


def run(
    places: Places,
    argv: Sequence[str | Path],
    *,
    log: str,
    failure: str,
    progress: str = "",
    env: Mapping[str, str],
    cwd: Path | None = None,
) -> None:
    """Run `argv` to its end; `failure` begins the sentence of the `Refused` raised when it fails.

    `progress` is printed before, the time taken after. All the tool prints goes to `.cache/logs/<log>.log`.
    """
    places.logs.mkdir(parents=True, exist_ok=True)
    file = places.logs / f"{log}.log"
    if progress:
        say(f"{progress} ...")
    began = time.monotonic()
    with file.open("wb") as output:
        status = _wait(argv, output=output.fileno(), env=env, cwd=cwd or places.root)
    if status != 0:
        printed = file.read_text(errors="replace")
        if os.environ.get("CI"):
            say("\n".join(printed.splitlines()[-25:]))
        if shutil.disk_usage(places.root).free < _NOTHING_LEFT:
            printed += "No space left on device"  # a tool on a full disk cannot always say so in its log
        raise Refused(f"{failure}: {reason(printed, status)} (all of it is in {file}).")
    if progress:
        say(f"  done in {time.monotonic() - began:.0f} s")


def reason(printed: str, status: int) -> str:
    """Why a tool failed, read from what it printed."""
    for pattern, words in _REASONS:
        if pattern.search(printed):
            return words
    return f"it ended with status {status}"


def _wait(argv: Sequence[str | Path], *, output: int, env: Mapping[str, str], cwd: Path) -> int:
    try:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=env, cwd=cwd
        )
    except OSError as error:
        raise Refused(f"{argv[0]} could not be started: {error.strerror}.") from error
    try:
        return process.wait()
    except BaseException:
        # Ctrl-C reaches the tool too; it gets a moment to end by itself, so that nothing half-written keeps growing.
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise
