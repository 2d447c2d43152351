"""A case at rest as bytes, and back.

The blob is zstd (with checksum) over JSON, without the specifications: those come from the compiled process. Lists keep
the order of tokens and variables. Decimals are written as texts that begin with a NUL character, which process data
never holds, so that they come back exactly, trailing zeros included. Nothing in user data means anything here, the key
``typename`` neither: SpiffWorkflow's own loader is not used.
"""

import threading
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson
import zstandard
from SpiffWorkflow.task import TaskState

from bpmn.compiling import CompiledProcess
from engine.errors import StateUnreadable, StepFailed
from engine.model.identity import new_id
from engine.running.token import Token
from engine.running.workflow import CaseWorkflow, ScopeWorkflow

FORMAT: Final = 1
"""Raised whenever what is written changes in a way that earlier releases cannot read."""
SIZE: Final = 64 * 1024 * 1024
"""The largest state that is written or read back, in bytes before compression."""

_NUMBER: Final = "\0"
_LIVE: Final = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class _Zstandard(threading.local):
    """One of each for every thread: making one takes longer than a state of a few hundred bytes."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


_zstandard: Final = _Zstandard()


def save(case: CaseWorkflow) -> bytes:
    """Write a case that rests between two acts. Raises StepFailed for one that holds too much."""
    document = {
        "format": FORMAT,
        "process": case.compiled.process_id,
        "completed": case.completed,
        "data": _data(case),
        "tokens": _tokens(case),
        "scopes": [[scope.holder.id, scope.spec.name, _tokens(scope)] for scope in case.subprocesses.values()],
    }
    if case.compiled.remembers:  # an undoing that nobody waits for may end after the last end event
        document["left"] = case.last_left
    content = orjson.dumps(document, default=_written)
    if len(content) > SIZE:
        message = f"The case would hold {len(content)} bytes of data; at most {SIZE} are kept."
        raise StepFailed(None, "case_too_large", message)
    case.size = len(content)
    return _zstandard.compressor.compress(content)


def _written(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_NUMBER}{value}"
    raise TypeError(f"{type(value).__name__} is not process data")


def _fragment(row: list[Any]) -> orjson.Fragment:
    # Copied, as what orjson gives holds room for four kilobytes however short it is, and is kept with the case.
    return orjson.Fragment(bytes(memoryview(orjson.dumps(row, default=_written))))


def _tokens(scope: Any) -> list[Any]:
    """Parents stand before their children, as they were made."""
    root = scope.task_tree
    return [token.written or _token(token, root) for token in scope.tasks.values() if token is not root]


def _token(token: Token, root: Token) -> orjson.Fragment:
    row = [
        token.id,
        None if token._parent == root.id else token._parent,
        token._state,
        token.task_spec.name,
        token.local,
        token.kept,
    ]
    token.written = _fragment(row)
    return token.written


def _data(case: CaseWorkflow) -> list[orjson.Fragment]:
    """The variables, each as it was written last where it is the same value: values never change in place."""
    before, case.written = case.written, {}
    for name, value in case.data.items():
        kept = before.get(name)
        if kept is None or kept[0] is not value:
            kept = value, _fragment([name, value])
        case.written[name] = kept
    return [fragment for _, fragment in case.written.values()]


Keep = Callable[[str, str, int], bool]
"""Whether a saved token, given by its id, the name of its node and its state, stays the one it was."""


def load(compiled: CompiledProcess, saved: bytes, keep: Keep | None = None) -> CaseWorkflow:
    """Read a case back; tokens that `keep` refuses get new ids, as they begin another life.

    Raises StateUnreadable for bytes that are damaged, of a later format, or of another process.
    """
    try:
        if zstandard.frame_content_size(saved) > SIZE:
            raise StateUnreadable(f"The saved case is larger than {SIZE} bytes.")
        content = _zstandard.decompressor.decompress(saved, max_output_size=SIZE)
        document = orjson.loads(content)
        if document["format"] != FORMAT:
            raise StateUnreadable(f"The case was saved in format {document['format']}; this release reads {FORMAT}.")
        if document["process"] != compiled.process_id:
            raise StateUnreadable(f"The case belongs to the process {document['process']}, not {compiled.process_id}.")
        if keep is not None:
            _rename(document, keep)
        return _case(compiled, _read(document) if b"\\u0000" in content else document)
    except (zstandard.ZstdError, orjson.JSONDecodeError, InvalidOperation) as error:
        raise StateUnreadable(f"The saved case is damaged: {error}") from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise StateUnreadable(f"The saved case does not fit its process: {error!r}") from error


def _rename(document: Any, keep: Keep) -> None:
    every = [document["tokens"], *(tokens for _, _, tokens in document["scopes"])]
    names = {row[0]: row[0] if keep(row[0], row[3], row[2]) else new_id() for tokens in every for row in tokens}
    for tokens in every:
        for row in tokens:
            row[:2] = [names[row[0]], names[row[1]] if row[1] is not None else None]
    for scope in document["scopes"]:
        scope[0] = names[scope[0]]


def _read(value: Any) -> Any:
    if isinstance(value, str):
        return Decimal(value[1:]) if value.startswith(_NUMBER) else value
    if isinstance(value, list):
        return [_read(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _read(entry) for key, entry in value.items()}
    return value


def _case(compiled: CompiledProcess, document: Any) -> CaseWorkflow:
    case = CaseWorkflow(compiled)
    case.completed = bool(document["completed"])
    case.data = dict(document["data"])
    case.last_left = document.get("left", "")
    case.plant(compiled.spec)
    _restore(case, document["tokens"])
    places = {token.id: token for token in case.live()}
    for holder_id, spec_name, tokens in document["scopes"]:
        scope = ScopeWorkflow(compiled.scopes[spec_name], places[holder_id], case)
        scope.plant(scope.spec)
        case.subprocesses[scope.holder.id] = scope
        _restore(scope, tokens)
        places |= scope.tasks
    return case


def _restore(scope: Any, tokens: list[Any]) -> None:
    for identity, parent, state, spec_name, data, internal_data in tokens:
        above = scope.task_tree if parent is None else scope.tasks[parent]
        token = Token(scope, scope.spec.task_specs[spec_name], above, state, identity)
        if not state & _LIVE:
            raise StateUnreadable(f"The saved case holds a token in the state {state}, in which none can rest.")
        token.data = data
        token.internal_data = internal_data
