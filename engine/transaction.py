"""Transaction: who acts, when, on which connection; and the only commit of the house."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import structlog

from engine.installation import Installation
from engine.model.person import Actor
from engine.settings import Settings

Hook = Callable[[], None]

_log = structlog.get_logger(__name__)


class Transaction:
    """One unit of work. Acts get it first and never commit; whoever opened the `with` does."""

    def __init__(self, installation: Installation, actor: Actor, connection: sa.Connection) -> None:
        self.installation = installation
        self.actor = actor
        self.connection = connection
        self.memory: dict[str, Any] = {}  # what a room gathers until the commit, under keys of its own
        self._now = installation.clock().astimezone(UTC)
        self._before_commit: list[Hook] = []
        self._after_commit: list[Hook] = []
        self._after_rollback: list[Hook] = []

    @property
    def settings(self) -> Settings:
        """The settings of the installation."""
        return self.installation.settings

    def now(self) -> datetime:
        """Give the time of this transaction, aware and in UTC: the same at every call."""
        return self._now

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[None]:
        """Let a part of this transaction be done in the name of another: what a person asked to be done later."""
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    def before_commit(self, hook: Hook) -> None:
        """Call `hook` last thing inside the transaction; what it raises rolls everything back."""
        self._before_commit.append(hook)

    def after_commit(self, hook: Hook) -> None:
        """Call `hook` when the commit is done and every lock is given back; it cannot undo anything."""
        self._after_commit.append(hook)

    def after_rollback(self, hook: Hook) -> None:
        """Call `hook` when the transaction came to nothing."""
        self._after_rollback.append(hook)

    def _finish(self) -> None:
        while self._before_commit:
            self._before_commit.pop(0)()


@contextmanager
def begin(installation: Installation, actor: Actor) -> Iterator[Transaction]:
    """Open a transaction that may write: committed at the end of the `with`, rolled back on any exception.

    Raises DatabaseUnavailable, NotUpgraded or Conflict in place of the driver's errors. One per thread at a time.
    """
    tx: Transaction | None = None
    try:
        with installation.database.writing() as connection:
            tx = Transaction(installation, actor, connection)
            yield tx
            tx._finish()
    except BaseException:
        if tx is not None:
            _call(tx._after_rollback)
        raise
    _call(tx._after_commit)


@contextmanager
def reading(installation: Installation, actor: Actor) -> Iterator[Transaction]:
    """Open a transaction that sees one moment of the store and cannot write; it takes no writer lock."""
    with installation.database.reading() as connection:
        yield Transaction(installation, actor, connection)


def _call(hooks: list[Hook]) -> None:
    # The outcome stands already: a hook that fails is told to the log and keeps none of the others from running.
    for hook in hooks:
        try:
            hook()
        except Exception:  # noqa: BLE001 - see above
            _log.exception("a hook after the end of a transaction failed")
