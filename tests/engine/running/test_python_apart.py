"""Python apart: the same results, hard limits, and a process that is replaced when it overruns or is killed."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import bpmn.scripts.__main__ as worker
from bpmn.scripts import ScriptFailed, ScriptStopped, read_expression, read_script
from engine.running.apart import Apart, spent
from forms.data import canonical, parse

NOW = datetime(2027, 1, 31, 12, 0, tzinfo=UTC)
ENDLESS = "while True:\n    x = [7.1 ** 999.9 for i in range(9)]"


@pytest.fixture
def apart() -> Iterator[Apart]:
    pool = Apart()
    yield pool
    pool.close()


def test_the_results_are_those_of_the_server(apart: Apart) -> None:
    script = read_script(
        "total = sum(line['price'] for line in lines)\nlines.append({'price': None})\nat = datetime.now()"
    )
    scope = {"lines": [{"price": Decimal("0.1")}, {"price": Decimal("0.2")}], "not read": object()}
    assert apart.changes(script, scope, NOW) == script.changes(scope, now=NOW)
    expression = read_expression("f'{n:.2f}' if yes else None")
    assert apart.value(expression, {"n": Decimal("1.5"), "yes": True}, NOW) == "1.50"
    assert apart.value(expression, {"n": Decimal("1.5"), "yes": False}, NOW) is None


def test_dates_are_read_and_written_by_formats_where_nothing_can_be_loaded(apart: Apart) -> None:
    text = "datetime.strptime('31 Jan 27 5:05 PM', '%d %b %y %I:%M %p').strftime('%A, %d %B %Y %H:%M')"
    assert apart.value(read_expression(text), {}, NOW) == "Sunday, 31 January 2027 17:05"


def test_what_fails_fails_with_the_line(apart: Apart) -> None:
    with pytest.raises(ScriptFailed, match="divided by 0") as caught:
        apart.changes(read_script("x = 1\ny = x / 0"), {}, NOW)
    assert caught.value.line == 2
    with pytest.raises(ScriptFailed, match="nothing is not set"):
        apart.value(read_expression("nothing"), {}, NOW)


def test_bombs_are_stopped_and_the_process_goes_on(apart: Apart) -> None:
    for text, limit in ((ENDLESS, "steps"), ("x = 'a' * 10 ** 10", "size"), ("x = []\nx.append(x)", "depth")):
        with pytest.raises(ScriptStopped) as caught:
            apart.changes(read_script(text), {}, NOW)
        assert caught.value.limit == limit
    (before,) = apart.pids
    assert apart.value(read_expression("1 + 1"), {}, NOW) == 2
    assert apart.pids == (before,)


def test_a_process_that_has_more_memory_than_it_may_says_so(apart: Apart) -> None:
    """The limits of a run keep far below; what the case itself brings may not fit."""
    with pytest.raises(ScriptStopped) as caught:
        apart.value(read_expression("len(x)"), {"x": ["a" * 1000] * 200_000}, NOW)
    assert caught.value.limit in ("memory", "process")
    assert apart.value(read_expression("2 * 2"), {}, NOW) == 4


def test_what_it_spends_counts_for_who_asks(apart: Apart) -> None:
    before, here = spent(), time.thread_time()
    for _ in range(3):
        with pytest.raises(ScriptStopped):
            apart.changes(read_script(ENDLESS), {}, NOW)
    assert spent() - before > 2 * (time.thread_time() - here)


def test_a_killed_process_is_an_ended_run_and_replaced(apart: Apart) -> None:
    assert apart.value(read_expression("1"), {}, NOW) == 1
    (victim,) = apart.pids
    os.kill(victim, signal.SIGSTOP)  # so that it is killed before it answers, however fast the machine
    killed = threading.Timer(0.2, os.kill, (victim, signal.SIGKILL))
    killed.start()
    with pytest.raises(ScriptStopped) as caught:
        apart.changes(read_script(ENDLESS), {}, NOW)
    killed.join()
    assert caught.value.limit == "process"
    assert "ended" in caught.value.message
    assert apart.value(read_expression("1"), {}, NOW) == 1
    assert apart.pids != (victim,)


def test_one_killed_between_two_runs_is_not_noticed(apart: Apart) -> None:
    assert apart.value(read_expression("1"), {}, NOW) == 1
    (victim,) = apart.pids
    os.kill(victim, signal.SIGKILL)
    os.waitid(os.P_PID, victim, os.WEXITED | os.WNOWAIT)
    assert apart.value(read_expression("1"), {}, NOW) == 1
    assert apart.pids != (victim,)


def test_no_answer_in_time_is_an_end() -> None:
    pool = Apart()
    assert pool.value(read_expression("1"), {}, NOW) == 1
    os.kill(pool.pids[0], signal.SIGSTOP)
    pool.patience = 0.2
    with pytest.raises(ScriptStopped) as caught:
        pool.changes(read_script("x = 1"), {}, NOW)
    assert caught.value.limit == "process"
    pool.close()


def test_threads_share_few_processes(apart: Apart) -> None:
    def run(number: int) -> bool:
        try:
            found = apart.value(read_expression("n * n if n % 5 else n / 0"), {"n": Decimal(number)}, NOW)
        except ScriptFailed:
            return number % 5 == 0
        return bool(found == number * number)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(run, range(60)))
    assert 1 <= len(apart.pids) <= 2


def test_a_fork_leaves_the_processes_alone(apart: Apart) -> None:
    """As servers do that begin and then fork: the child has a process of its own, and ends only that."""
    assert apart.value(read_expression("1"), {}, NOW) == 1
    (ours,) = apart.pids
    child = os.fork()
    if not child:
        status = 1
        try:
            same = apart.value(read_expression("2"), {}, NOW) == 2 and apart.pids != (ours,)
            apart.close()
            status = 0 if same else 1
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert apart.value(read_expression("3"), {}, NOW) == 3
    assert apart.pids == (ours,)


def test_the_process_is_confined(apart: Apart) -> None:
    assert apart.value(read_expression("1"), {}, NOW) == 1
    (pid,) = apart.pids
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        limits = {line[:26].strip(): line[26:].split()[:2] for line in file}
    assert limits["Max address space"] == [str(worker.MEMORY)] * 2
    assert limits["Max open files"] == ["3", "3"]
    assert limits["Max file size"] == limits["Max core file size"] == limits["Max processes"] == ["0", "0"]
    assert int(limits["Max cpu time"][0]) <= 1 + worker.SECONDS + 5
    with open(f"/proc/{pid}/environ", "rb") as file:
        assert not [name for name in file.read().split(b"\0") if name and not name.startswith(b"LC_")]
    assert set(os.listdir(f"/proc/{pid}/fd")) == {"0", "1", "2"}


def test_the_process_ends_with_its_input() -> None:
    pool = Apart()
    assert pool.value(read_expression("1"), {}, NOW) == 1
    (worker_,) = pool._free
    assert worker_.process.stdin is not None
    worker_.process.stdin.close()
    assert worker_.process.wait(20) == 0
    pool.close()


def test_requests_are_read_anew_on_the_other_side() -> None:
    """What comes through the pipe is checked again: the process trusts nobody."""
    request = {"kind": "script", "text": "import os", "now": NOW.isoformat(), "scope": {}}
    assert "an import" in parse(worker.answer(canonical(request).encode()))["failed"]
