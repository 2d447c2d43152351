"""Where the Python of diagrams runs: in this process for who is trusted, apart for who is not, or not at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from bpmn.scripts import Expression, Script, ScriptFailed
from forms.data import Value


class Python(Protocol):
    """Runs what was read and checked. Both raise ScriptFailed and ScriptStopped."""

    def value(self, expression: Expression, scope: Mapping[str, Value], now: datetime) -> Value:
        """The value of an expression over these variables."""

    def changes(self, script: Script, scope: Mapping[str, Value], now: datetime) -> Mapping[str, Value]:
        """What a script changed of these variables."""


class Here:
    """In this process, within the limits of `bpmn.scripts`: for publications whose releaser vouched for them."""

    def value(self, expression: Expression, scope: Mapping[str, Value], now: datetime) -> Value:
        """The value of an expression over these variables."""
        return expression.value(scope, now=now)

    def changes(self, script: Script, scope: Mapping[str, Value], now: datetime) -> Mapping[str, Value]:
        """What a script changed of these variables."""
        return script.changes(scope, now=now)


class Nowhere:
    """Not at all: nobody vouched for the publication, and this installation does not run such Python."""

    def value(self, expression: Expression, scope: Mapping[str, Value], now: datetime) -> Value:
        """Refuse."""
        raise ScriptFailed(_REFUSAL)

    def changes(self, script: Script, scope: Mapping[str, Value], now: datetime) -> Mapping[str, Value]:
        """Refuse."""
        raise ScriptFailed(_REFUSAL)


_REFUSAL: Final = (
    "Nobody vouched for the Python of this release, and this installation does not run such Python. An operator can "
    "release it anew and vouch for it, or have it run apart (KEELSON_UNTRUSTED_SCRIPTS=worker)."
)

HERE: Final = Here()
NOWHERE: Final = Nowhere()
