"""Files that no case took go after a day; whatever a case or a draft names stays, whoever comes in between."""

import hashlib
from collections.abc import Callable, Collection
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import pytest

from engine.acts import attaching
from engine.acts.drafting import keep_draft
from engine.acts.starting import start_case
from engine.acts.sweeping import sweep_files
from engine.installation import Installation
from engine.model.person import Actor
from engine.storage import instances
from engine.transaction import Transaction, begin
from engine.worker import Worker
from forms.answers import Answers
from forms.files import FileAnswer, Uploaded
from tests.engine.town import Town
from tests.storage_contract.stores import Clock, add_person

PROCESS = "start s\nuser a assignGroup=service_desk\nend e\ns -> a\na -> e"


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("p", PROCESS)
    return town


@pytest.fixture
def jana(town: Town) -> Actor:
    with begin(town.store, Actor(person_id=None, name="", roles=frozenset())) as tx:
        return Actor(person_id=add_person(tx), name="Jana", roles=frozenset({"employee"}))


def with_file(content: bytes) -> Answers:
    file = Uploaded("photo.png", content, "image/png")
    answer = FileAnswer(path="photo", digest=file.digest, file=file)
    return Answers(values={"photo": file.value}, personal=frozenset(), files=(answer,))


def begin_with(town: Town, jana: Actor, content: bytes) -> None:
    with begin(town.store, jana) as tx:
        start_case(tx, "p", with_file(content))


def kept(town: Town) -> set[bytes]:
    found = [path for path in attaching.files_of(town.store).rglob("*") if path.is_file()]
    assert all(path.name == hashlib.sha256(path.read_bytes()).hexdigest() for path in found)
    return {path.read_bytes() for path in found}


def test_only_what_nobody_needs_goes_and_only_after_a_day(town: Town, jana: Actor, clock: Clock) -> None:
    assert list(sweep_files(town.store)) == []
    begin_with(town, jana, b"of a case")
    drafted = attaching.keep_file(town.store, b"of a draft")
    with begin(town.store, jana) as tx:
        keep_draft(tx, "start:p", {"photo": [drafted]})
    attaching.keep_file(town.store, b"of nobody")
    clock.forward(hours=23)
    attaching.keep_file(town.store, b"of nobody, sent later")
    assert sum(sweep_files(town.store)) == 0
    clock.forward(hours=2)
    assert sum(sweep_files(town.store)) == 1
    assert kept(town) == {b"of a case", b"of a draft", b"of nobody, sent later"}


def test_who_sends_the_same_again_has_another_day(town: Town, clock: Clock) -> None:
    attaching.keep_file(town.store, b"twice")
    clock.forward(hours=23)
    attaching.keep_file(town.store, b"twice")
    clock.forward(hours=2)
    assert sum(sweep_files(town.store)) == 0
    assert kept(town) == {b"twice"}


def test_what_killed_servers_left_is_cleared(town: Town, jana: Actor, clock: Clock) -> None:
    begin_with(town, jana, b"needed, and put aside")
    (path,) = [path for path in attaching.files_of(town.store).rglob("*") if path.is_file()]
    path.rename(path.with_suffix(attaching.ASIDE))
    orphan = attaching.path_of(town.store, attaching.keep_file(town.store, b"not needed"))
    orphan.rename(orphan.with_suffix(attaching.ASIDE))
    half = path.parent / "tmp1234"
    half.mkdir()
    (half / "x").write_bytes(b"half")
    clock.forward(days=400 * 365)  # the folder was made by the machine's own clock
    assert sum(sweep_files(town.store)) == 1
    assert kept(town) == {b"needed, and put aside"}
    assert not half.exists()


MOMENTS = ["looked at", "put aside", "found to be needless", "gone"]


@pytest.mark.parametrize(("moment", "committed"), list(combinations_with_replacement(MOMENTS, 2)))
def test_somebody_sends_it_while_it_is_swept(
    town: Town, jana: Actor, clock: Clock, moment: str, committed: str
) -> None:
    """The file is sent at one moment of its removal, and the case that takes it is committed at another."""
    attaching.keep_file(town.store, b"both")
    clock.forward(days=2)
    sender = Sender(town, jana)
    acts: dict[str, list[Callable[[], None]]] = {each: [] for each in MOMENTS}
    acts[moment].append(sender.send)
    acts[committed].append(sender.commit)

    def reached(name: str) -> None:
        for act in acts.pop(name, ()):
            act()

    with pytest.MonkeyPatch.context() as patch:
        _told_of(patch, reached)
        list(sweep_files(town.store))
    reached("gone")
    assert not acts
    assert kept(town) == {b"both"}


def _told_of(patch: pytest.MonkeyPatch, reached: Callable[[str], None]) -> None:
    """Have it told where a removal has come to."""
    needed, replace, calls = instances.needed_files, Path.replace, iter((MOMENTS[0:1], MOMENTS[2:3]))

    def asked(tx: Transaction, digests: Collection[str], *, drafts: bool) -> set[str]:
        found = needed(tx, digests, drafts=drafts)
        for name in next(calls):
            reached(name)
        return found

    def put(path: Path, target: Any) -> Path:
        done = replace(path, target)
        if str(target).endswith(attaching.ASIDE):
            reached("put aside")
        return done

    patch.setattr(instances, "needed_files", asked)
    patch.setattr(Path, "replace", put)


class Sender:
    """Sends a file and begins a case with it, in a transaction that the test keeps open."""

    def __init__(self, town: Town, jana: Actor) -> None:
        self._town, self._jana = town, jana
        self._answers = with_file(b"both")

    def send(self) -> None:
        attaching.keep_file(self._town.store, b"both")

    def commit(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            sent = []  # it was sent already: only what comes after the commit is left to do

            def keep(installation: Installation, content: bytes) -> str:
                sent.append(content)
                return self._answers.files[0].digest if len(sent) == 1 else real(installation, content)

            real = attaching.keep_file
            patch.setattr(attaching, "keep_file", keep)
            begin_with(self._town, self._jana, b"both")
            assert sent == [b"both", b"both"]


def test_the_worker_sweeps(sqlite_store: Installation, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    attaching.keep_file(sqlite_store, b"of nobody")
    clock.forward(days=2)
    worker = Worker(sqlite_store)
    worker._round("worker")
    assert [path for path in attaching.files_of(sqlite_store).rglob("*") if path.is_file()] == []
