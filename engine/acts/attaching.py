"""Files of a case: content under its SHA-256 digest in the data folder, a row beside the case (decision 19)."""

import hashlib
import os
import tempfile
from collections.abc import Collection
from pathlib import Path

from engine.errors import NotFound, Unavailable
from engine.installation import Installation
from engine.model.identity import new_id
from engine.model.instance import Attachment
from engine.permissions import reads_inside, scope
from engine.storage import instances
from engine.transaction import Transaction
from forms.answers import Answers


def keep_file(installation: Installation, content: bytes) -> str:
    """Write a file's content durably, before the commit that refers to it; gives its digest. Raises Unavailable."""
    digest = hashlib.sha256(content).hexdigest()
    path = _path(installation, digest)
    if path.exists():
        return digest
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:  # gone also when the disk is full half-way
            draft = Path(folder) / digest
            with draft.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
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


def open_file(tx: Transaction, instance_id: str, digest: str) -> tuple[Attachment, Path]:
    """Find a file of a case one may see; who is no staff finds those he sent himself. Raises NotFound."""
    sender = None if reads_inside(tx.actor) else tx.actor.person_id
    found = instances.attachment_by_digest(tx, instance_id, digest, uploaded_by=sender)
    if found is None or not instances.is_visible(tx, scope(tx.actor), instance_id):
        raise NotFound("There is no such file.", digest=digest)
    path = _path(tx.installation, found.digest)
    if not path.is_file():
        raise NotFound("The file is missing from the data folder.", digest=digest)
    return found, path


def forget_files(tx: Transaction, digests: Collection[str]) -> None:
    """Remove the content of files that no row names any more, once this transaction has committed."""
    installation = tx.installation

    def remove() -> None:
        for digest in digests:
            _path(installation, digest).unlink(missing_ok=True)

    if digests:
        tx.after_commit(remove)


def _path(installation: Installation, digest: str) -> Path:
    return installation.settings.data / "files" / digest[:2] / digest
