"""Eight people at browsers, in a process of their own: they sign in and work, then ask the floor the same.

Told on standard input (JSON): the addresses and process ids of both servers, the people, and how much to do. Answers
on standard output (JSON) with what each batch took and every answer that was not as it should be.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Barrier
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

PASSWORD: Final = "eight people at work"
_BOUNDARY: Final = "--------------------------of-a-browser"
MULTIPART: Final = "multipart/form-data"
HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def answers(number: int) -> dict[str, str]:
    """What a person fills into the form."""
    return {"note": f"Round {number}: looked at it, nothing new.", "amount": str(number)}


def posted(fields: Mapping[str, str], page: str = "") -> tuple[str, str]:
    """The fields as browsers send the form of this page, in parts where it may hold files, and the type of that."""
    if MULTIPART not in page:
        return urlencode(fields), "application/x-www-form-urlencoded"
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join([*parts, f"--{_BOUNDARY}--\r\n"]), f"{MULTIPART}; boundary={_BOUNDARY}"


class Unexpected(Exception):
    """An answer that no working server gives."""

    def __init__(self, sentence: str, status: int, text: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.text = text


class Person:
    """One person with a browser: a session, a case, and the task that waits in it."""

    def __init__(self, address: str, login: str, task: str) -> None:
        parts = urlsplit(address)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._login = login
        self._task = task
        self._cookies: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        self._page = ""
        self._number = 0

    def sign_in(self) -> None:
        """Sign in with name and password."""
        self._read("/sign-in")
        self._post("/sign-in", {"login": self._login, "password": PASSWORD})

    def work(self) -> None:
        """Open the task and complete it; the next one of the case waits then."""
        self.look()
        self.complete()

    def look(self) -> None:
        """Open the task."""
        self._read(self._task)

    def complete(self) -> None:
        """Complete the task with the token of the last page that was opened."""
        self._number += 1
        self._task = self._post(self._task, answers(self._number))

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()

    def _read(self, path: str) -> None:
        self._page = self._ask("GET", path, None, 200)[1]
        self._hidden = dict(HIDDEN.findall(self._page))

    def _post(self, path: str, fields: Mapping[str, str]) -> str:
        # The token of a page is for one post of that page; further ones of this session go without it.
        sent = {**self._hidden, **fields}
        self._hidden.pop("_once", None)
        response, _text = self._ask("POST", path, posted(sent, self._page), 303)
        return urlsplit(response.headers["Location"]).path

    def _ask(self, method: str, path: str, sent: tuple[str, str] | None, expected: int) -> tuple[HTTPResponse, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body, headers["Content-Type"] = sent or (None, "")
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        if response.status != expected:
            raise Unexpected(f"{method} {path} gave {response.status}", response.status, text)
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return response, text


def main(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Work in batches, the server and its floor in turn: opening and completing tasks, then completing alone."""
    people = [Person(wanted["server"]["address"], person["login"], person["task"]) for person in wanted["people"]]
    crews: dict[str, Sequence[Person]] = {"server": people}
    for name in ("floor", "barest"):
        logins = [person["login"] for person in wanted["people"]]
        crews[name] = [Person(wanted[name]["address"], login, f"/{index}/0") for index, login in enumerate(logins)]
    kinds: dict[str, Callable[[Person], None]] = {"work": lambda who: who.work(), "post": _complete}
    errors: list[str] = []
    for person in (*people, *crews["floor"]):
        person.sign_in()
        person.hang_up()  # the others take longer than a server keeps an idle connection
    processes = {name: wanted[name]["process"] for name in crews}
    batches: dict[str, dict[str, list[dict[str, float]]]] = {each: {kind: [] for kind in kinds} for each in crews}
    with ThreadPoolExecutor(len(people)) as pool:
        for number in range(wanted["batches"] + 1):
            for kind, act in kinds.items():
                for name, crew in crews.items():
                    before = worked(processes[name])
                    batch = _batch(pool, crew, act, wanted["each"], errors)
                    batch["worked"] = worked(processes[name]) - before
                    if number:  # the first is for settling
                        batches[name][kind].append(batch)
    return {"batches": batches, "errors": errors}


def _complete(who: Person) -> None:
    who.complete()


def worked(process: int) -> float:
    """Give the seconds of processor time that a server's processes have used: the named one and its children."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if stat.parent.name == str(process) or fields[1] == str(process):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _batch(
    pool: ThreadPoolExecutor,
    crew: Sequence[Person],
    act: Callable[[Person], None],
    each: int,
    errors: list[str],
) -> dict[str, float]:
    """Let everybody do so many at once; gives the seconds from the first to the last."""
    begin = Barrier(len(crew) + 1)

    def work(who: Person) -> list[float]:
        begin.wait()
        spent: list[float] = []
        for _ in range(each):
            begun = time.perf_counter()
            try:
                act(who)
            except (Unexpected, OSError) as problem:
                errors.append(str(problem))
                return spent
            spent.append(time.perf_counter() - begun)
        return spent

    futures = [pool.submit(work, who) for who in crew]
    begin.wait()
    begun = time.perf_counter()
    spent = sorted(seconds for future in futures for seconds in future.result())
    seconds = time.perf_counter() - begun
    for who in crew:
        who.hang_up()  # the servers would, while the other one is asked
    return {"seconds": seconds, "done": len(spent), "p50": spent[len(spent) // 2], "p99": spent[-1 - len(spent) // 100]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.load(sys.stdin))))
