"""Every benchmark runs, on small numbers: the shape of what it gives, and what in it can be counted."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.acts import cases
from forms.feel import UnaryTests
from tests.bench import complete, feel, http, memory, multi, start, stores, timers
from tests.bench.__main__ import BENCHMARKS, main
from tests.bench.loop import begun, desk, opened
from tests.bench.stores import Place, PostgresqlPlace, SqlitePlace
from tests.parts.postgresql import PostgreSQL
from tests.parts.required import missing
from webui import assets


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return SqlitePlace(folder=tmp_path)
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    return PostgresqlPlace(folder=tmp_path, server=server)


def test_complete(place: Place) -> None:
    found = complete.measured(place, rounds=(20, 30), window=3, warm_up=2)
    assert found["over_floor"] > 0
    assert found["over_floor_cold"] > 0
    assert found["growth"] > 0
    for around, window in found["windows"].items():
        for way in ("warm", "cold"):
            assert window[way]["commits"] == 1
            assert window[way]["statements"] <= 10
            assert window[way]["samples"] == 3
        assert window["rounds"] == [int(around) - 2, int(around) + 3]


def test_start(place: Place) -> None:
    found = start.measured(place, samples=3, settling=1)
    assert found["over_floor"] > 0
    assert found["commits"] == 1
    assert found["statements"] < 10
    assert found["samples"] == 3


def test_multi(place: Place) -> None:
    found = multi.measured(place, many=12, few=3)
    assert found["growth"] > 0
    assert found["start"]["commits"] == 1
    assert found["start"]["statements"] < 10
    assert found["completion"]["samples"] == 12
    assert found["completion"]["commits"] == 1


def test_the_end_of_a_child_costs_as_many_statements_among_many_as_among_few(tmp_path: Path) -> None:
    place = SqlitePlace(folder=tmp_path)
    few, many = (multi.measured(place, many=number, few=2) for number in (4, 20))
    assert few["start"]["statements"] == many["start"]["statements"]
    assert few["completion"]["statements"] == many["completion"]["statements"]


def test_timers(place: Place) -> None:
    found = timers.measured(place, waiting=30, due=5, idle=0.5, samples=3)
    assert (found["fired"], found["not_once"]) == (5, 0)
    assert found["idle_percent"] >= 0
    assert found["lateness_ms"]["p99"] >= found["lateness_ms"]["median"] >= 0
    assert found["fire"]["commits"] == 2
    assert found["fire"]["statements"] < 20


def test_feel() -> None:
    found = feel.measured(rounds=3, repeats=2, large=50)
    assert len(found["conditions"]) == 30
    assert found["over_eval"] > 0
    assert found["table_growth"] > 0
    assert found["worst"] in found["conditions"]


def test_a_table_looks_up_its_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    within = UnaryTests.within
    monkeypatch.setattr(UnaryTests, "within", lambda tests, *rest: tried.append(tests.text) or within(tests, *rest))
    feel.table_cost(1_000, rounds=1, repeats=1)
    assert tried == ['"S999"', "4"] * 2


def test_memory(place: Place) -> None:
    found = memory.measured(place, cases=8, warm_up=2, bound=4)
    assert found["in_cache"] == 8
    assert found["growth_after_bound"] > 0
    assert list(found["resident_mb"]) == ["2", "4", "8"]


def test_the_cache_of_live_cases_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "LIVE_CASES", 3)
    installation = opened(tmp_path, "sqlite://")
    actor = desk(installation)
    loops = [begun(installation, actor) for _ in range(5)]
    assert len(installation.memory["live cases"]) == 3
    for loop in loops:  # those that went are read from the store
        loop.complete()
    assert len(installation.memory["live cases"]) == 3
    installation.close()


def test_the_cache_of_live_cases_is_bounded_by_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = opened(tmp_path, "sqlite://")
    actor = desk(installation)
    loops = [begun(installation, actor)]
    cache = installation.memory["live cases"]
    size = cache.weight
    assert size > 100
    loops += [begun(installation, actor) for _ in range(4)]
    assert cache.weight == pytest.approx(5 * size, rel=0.2)
    installation.memory.pop("live cases")
    monkeypatch.setattr(cases, "LIVE_BYTES", int(2.5 * size))
    for loop in loops:
        loop.complete()
        assert installation.memory["live cases"].weight <= cases.LIVE_BYTES
    assert 0 < len(installation.memory["live cases"]) < 5
    installation.close()


@pytest.mark.postgresql
def test_a_run_that_is_ended_early_leaves_no_server_behind() -> None:
    code = """
import runpy, sys, time, types
from tests.bench.stores import places
from tests.parts import run_folder

def run():
    with places():
        print((run_folder.present() / "pg/data/postmaster.pid").read_text().split()[0], flush=True)
        time.sleep(600)

sys.modules["tests.bench.memory"] = types.SimpleNamespace(run=run)
sys.argv[1:] = ["memory"]
runpy.run_module("tests.bench", run_name="__main__")
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=http.ROOT, stdout=subprocess.PIPE, text=True) as bench:
        assert bench.stdout is not None
        server = int(bench.stdout.readline())
        os.kill(server, 0)
        bench.send_signal(signal.SIGTERM)
        assert bench.wait(60) == 128 + signal.SIGTERM
    deadline = time.monotonic() + 60
    while Path(f"/proc/{server}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_http(tmp_path: Path) -> None:
    if not assets.MANIFEST.is_file():
        missing("The browser bundle", "run ./run test, which builds it")
    found = http.measured(SqlitePlace(folder=tmp_path), people=2, batches=1, each=2)
    assert (found["errors"], found["problems"], found["people"]) == (0, [], 2)
    for kind in ("work", "completion_alone"):
        assert found[kind]["of_floor"] > 0
        assert found[kind]["server"]["done"] == found[kind]["floor"]["done"] == 4
    assert found["work"]["page"]["commits_that_write"] == 0
    assert found["work"]["completion"]["commits_that_write"] == 1


def test_both_databases_are_measured_and_the_worse_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def places() -> Iterator[tuple[SqlitePlace, ...]]:
        yield SqlitePlace(folder=Path(), name="one"), SqlitePlace(folder=Path(), name="other")

    def measure(place: Place) -> Mapping[str, Any]:
        return {"growth": 1.0, "of_floor": 0.9} if place.name == "one" else {"growth": 2.0, "of_floor": 0.4}

    monkeypatch.setattr(stores, "places", places)
    found = stores.on_both("x", measure, {"growth": 1.5}, {"of_floor": 0.6})
    assert (found["growth"], found["of_floor"], found["met"]) == (2.0, 0.4, False)
    assert set(found["databases"]) == {"one", "other"}
    assert stores.on_both("x", measure, {"growth": 2.0}, {"of_floor": 0.4})["met"] is True


def test_the_command_prints_one_object_last(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "run", lambda: {"benchmark": "start", "over_floor": 1.0})
    assert main(["start"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["benchmark"] == "start"


def test_the_command_lists_and_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in BENCHMARKS)
    assert main(["nothing"]) == 2
    assert "no benchmark nothing" in capsys.readouterr().err
