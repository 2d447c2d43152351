"""What calls to outside systems promise, and what an operator lets them have.

A connector runs outside any transaction, is given everything it needs, and returns when the other side has accepted,
or raises CallFailed. It may be asked again with the same key: at least once, never surely once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bpmn.vocabulary import Outside
from engine.settings import Smtp
from forms.data import Value


class CallFailed(Exception):
    """An outside system could not be reached or refused; `permanent` when trying again is of no use.

    `code` is the declared error that boundary events can catch; None where only an operator can help.
    """

    def __init__(self, message: str, *, permanent: bool = False, code: str | None = None) -> None:
        self.message = message
        self.permanent = permanent
        self.code = code
        super().__init__(message)


Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host, as text; raises OSError."""


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret as an operator bound it: only for calls of one operation to one host, by name or name and port."""

    name: str
    operation: str
    host: str
    value: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Grants:
    """What an operator lets calls have: hosts in private networks, secrets by name, and the mail server."""

    hosts: frozenset[str] = frozenset()
    secrets: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    smtp: Smtp | None = field(default=None, repr=False)
    sender: str = ""
    resolve: Resolver | None = None
    """Stands in for the system's resolver."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One attempt of a call. `key` is the same at every attempt: the idempotency key of whatever is sent."""

    key: str
    operation: str
    arguments: Mapping[str, Value] = field(repr=False)
    at: datetime
    begun: datetime
    """When the call was first asked for."""


@dataclass(frozen=True, kw_only=True)
class Connector:
    """An operation that leaves the house: what it is, and how it is done. `run` raises CallFailed."""

    face: Outside
    run: Callable[[Call, Grants], Mapping[str, Value]]


def text_of(call: Call, name: str, *, required: bool = False) -> str:
    """Read an argument that is a text. Raises CallFailed."""
    value = call.arguments.get(name)
    if value is not None and not isinstance(value, str):
        raise CallFailed(f"The parameter {name} of {call.operation} is no text.", permanent=True)
    if required and not (value or "").strip():
        raise CallFailed(f"The parameter {name} of {call.operation} is empty.", permanent=True)
    return (value or "").strip()


def secret_of(call: Call, grants: Grants, name: str, host: str, port: int) -> str:
    """Give the value of a secret for this call and host. Raises CallFailed where it is not meant for them."""
    secret = grants.secrets.get(name)
    if secret is None:
        raise CallFailed(f"There is no secret named {name}; an operator adds it.", permanent=True)
    if secret.operation != call.operation or secret.host not in (host, f"{host}:{port}"):
        message = f"The secret {name} is for {secret.operation} to {secret.host}, not for {call.operation} to {host}."
        raise CallFailed(message, permanent=True)
    return secret.value
