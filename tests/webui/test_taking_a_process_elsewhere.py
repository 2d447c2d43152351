"""A process leaves an installation as an archive and comes into another one as it was, to the byte."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.model.person import SYSTEM
from engine.storage import publications
from engine.transaction import reading
from tests.webui.conftest import House, Model, copied


@pytest.fixture
def elsewhere(model: Model, tmp_path: Path) -> Iterator[House]:
    """Another installation."""
    made = copied(model, tmp_path / "elsewhere")
    yield made
    made.installation.close()


@pytest.mark.parametrize("process_id", ["change", "incident"])
def test_an_archive_of_one_installation_is_the_same_process_in_another(house, elsewhere, process_id):
    owner, there = house.signed_in("process_owner"), elsewhere.signed_in("process_owner")
    page = owner.get(f"/processes/{process_id}").get_data(as_text=True)
    released = re.search(r'href="(/versions/[^"]+)"', page)[1]
    archive = owner.get(f"{released}/files.zip").get_data()
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        left = {name: packed.read(name) for name in packed.namelist()}
    assert {f"{process_id}.bpmn", "process.toml"} <= left.keys()
    assert any(name.endswith(".scenario.json") for name in left)
    answer = there.post(
        "/import",
        {"upload": (io.BytesIO(archive), f"{process_id}.zip")},
        page="/import",
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with reading(elsewhere.installation, SYSTEM) as tx:
        [draft] = [each for each in publications.of_process(tx, process_id) if each.state == "draft"]
        assert publications.files(tx, draft.id) == left
