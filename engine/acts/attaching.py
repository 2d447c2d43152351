"""Files of a case: content under its SHA-256 digest in the data folder, a row beside the case (decision 19).

A file is written before the commit that refers to it, and taken away after the commit that no longer does. Who takes it
away puts it aside first, and back when somebody refers to it by then; who refers to it looks after the commit whether
it is still there. So one of the two sees the other, whichever way they meet.
"""

import hashlib
import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from engine.errors import NotFound, Unavailable
from engine.installation import Installation
from engine.model.identity import new_id
from engine.model.instance import Attachment
from engine.model.person import SYSTEM
from engine.permissions import reads_inside, scope
from engine.storage import instances
from engine.transaction import Transaction, reading
from forms.answers import Answers

ASIDE: Final = ".aside"
"""What the name of a file ends in while somebody looks whether it is needed."""


def keep_file(installation: Installation, content: bytes) -> str:
    """Write a file's content durably, before the commit that refers to it; gives its digest. Raises Unavailable.

    One that is there already is as new as one that was written: nobody sweeps it for a day.
    """
    digest = hashlib.sha256(content).hexdigest()
    path, moment = path_of(installation, digest), installation.clock().timestamp()
    try:
        with suppress(FileNotFoundError):
            os.utime(path, (moment, moment))
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:  # gone also when the disk is full half-way
            draft = Path(folder) / digest
            with draft.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            os.utime(draft, (moment, moment))
            draft.replace(path)
    except OSError as error:
        raise Unavailable(f"The file could not be kept: {error.strerror}.") from error
    return digest


def record_files(tx: Transaction, answers: Answers, instance_id: str) -> None:
    """Keep the files of accepted answers and add their rows to the case."""
    rows = []
    for file in answers.files:
        digest = keep_file(tx.installation, file.file.content)
        tidy = file.file.value  # what the browser said of name and type, made fit to be kept
        rows.append(
            Attachment(
                id=new_id(),
                digest=digest,
                name=tidy["name"],
                size=len(file.file.content),
                detected_type=tidy["type"],
                instance_id=instance_id,
                uploaded_by=tx.actor.person_id or "",
                uploaded_at=tx.now(),
            )
        )
    instances.insert_attachments(tx, rows)

    def still_there() -> None:
        for file in answers.files:
            keep_file(tx.installation, file.file.content)

    if rows:
        tx.after_commit(still_there)


def open_file(tx: Transaction, instance_id: str, digest: str) -> tuple[Attachment, Path]:
    """Find a file of a case one may see; who is no staff finds those he sent himself. Raises NotFound."""
    sender = None if reads_inside(tx.actor) else tx.actor.person_id
    found = instances.attachment_by_digest(tx, instance_id, digest, uploaded_by=sender)
    if found is None or not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such file.", digest=digest)
    path = path_of(tx.installation, found.digest)
    if not path.is_file():
        raise NotFound("The file is missing from the data folder.", digest=digest)
    return found, path


def forget_files(tx: Transaction, digests: Collection[str]) -> None:
    """Remove the content of files that no row names any more, once this transaction has committed."""

    def forget() -> None:
        take_away(tx.installation, digests, drafts=False)

    if digests:
        tx.after_commit(forget)


def take_away(installation: Installation, digests: Collection[str], *, drafts: bool = True) -> int:
    """Remove the content of those files that no case has, nor (where asked) a draft; gives how many."""
    aside = {digest: path_of(installation, digest).with_suffix(ASIDE) for digest in digests}
    for digest, path in list(aside.items()):
        try:
            path_of(installation, digest).replace(path)
        except FileNotFoundError:
            if not path.exists():  # somebody else took it away; else it was put aside by somebody who died then
                del aside[digest]
    with reading(installation, SYSTEM) as tx:
        needed = instances.needed_files(tx, aside, drafts=drafts)
    for digest, path in aside.items():
        with suppress(FileNotFoundError):
            if digest in needed:
                path.replace(path_of(installation, digest))
            else:
                path.unlink()
    return len(aside.keys() - needed)


def path_of(installation: Installation, digest: str) -> Path:
    """Where the content of a file lies."""
    return files_of(installation) / digest[:2] / digest


def files_of(installation: Installation) -> Path:
    """The folder that holds all files."""
    return installation.settings.data / "files"
