"""A process of two versions with cases on the first: something to move, and a batch that moved some."""

import re
from dataclasses import replace
from itertools import count
from pathlib import Path

from engine.acts import batches, publishing
from engine.acts.completing import complete_task
from engine.acts.starting import start_case
from engine.installation import open_installation
from engine.model.identity import new_id
from engine.model.person import SYSTEM
from engine.settings import Settings
from engine.storage import instances, publications
from engine.transaction import begin, reading
from forms.answers import Answers
from tests.bpmn.drawing import definitions, extended, flows

FORM = extended(formRef="note")
NOTE = b'{"type": "default", "id": "note", "components": [{"type": "textfield", "key": "n", "id": "f", "label": "N"}]}'
FACTS = b'title = "Lending"\npurpose = "Lends things to people."\nowner = "process_owner"\n'
LANE = "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in ("s", "look", "hand", "e"))
ONE = (
    f'<process id="lending" name="Lending" isExecutable="true">{extended(numberPrefix="LEN")}'
    f'<laneSet id="lanes"><lane id="desk" name="Service desk">{extended(role="service_desk")}{LANE}</lane></laneSet>'
    '<startEvent id="s" name="Asked"/>'
    f'<userTask id="look" name="Look whether it is there">{FORM}</userTask>'
    f'<userTask id="hand" name="Hand it over">{FORM}</userTask><endEvent id="e" name="Lent"/>'
    f"{flows('s>look>hand>e')}</process>"
)
LATE = (
    '<boundaryEvent id="late" name="Two days passed" attachedToRef="look" cancelActivity="false"><timerEventDefinition>'
    '<timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="told" name="Told"/>'
)
TWO = (
    ONE.replace('"hand"', '"give"')
    .replace(">hand<", ">give<")
    .replace("look_hand", "look_give")
    .replace("hand_e", "give_e")
    .replace("</process>", f"{LATE}{flows('late>told')}</process>")
    .replace("<flowNodeRef>e<", "<flowNodeRef>late</flowNodeRef><flowNodeRef>told</flowNodeRef><flowNodeRef>e<")
)


def placed(inner: str) -> bytes:
    """The file with its elements side by side, as large as they are drawn usually."""
    nodes = count()

    def bounds(_: re.Match[bytes]) -> bytes:
        return f'<dc:Bounds x="{120 * next(nodes)}" y="80" width="100" height="60"/>'.encode()

    return re.sub(rb"<dc:Bounds [^>]*/>", bounds, definitions(inner))


def lending(data: Path) -> None:
    """Put it all into the store of a running server."""
    installation = open_installation(Settings.read({"KEELSON_DATA": str(data)}))
    files = {"lending.bpmn": placed(ONE), "note.form": NOTE, "process.toml": FACTS}
    with begin(installation, SYSTEM) as tx:
        publishing.load_library(tx, {"lending": files})
    numbers = []
    for what in ("Projector", "Camera", "Loudspeaker", "Notebook", "Tent"):
        with begin(installation, SYSTEM) as tx:
            answers = Answers(values={"title": f"{what} for a day"}, personal=frozenset(), files=())
            numbers.append(start_case(tx, "lending", answers).id)
    for case in numbers[:2]:
        with begin(installation, SYSTEM) as tx:
            (task,) = instances.tasks_of(tx, case, state="open")
            complete_task(tx, task.id, Answers(values={}, personal=frozenset(), files=()), task.version)
    with begin(installation, SYSTEM) as tx:
        first = publications.released(tx, "lending")
        assert first is not None
        second = replace(first, id=new_id(), version=2, note="A clock beside it", based_on=first.id)
        publications.insert(tx, second, files | {"lending.bpmn": placed(TWO)})
        publications.retire_others(tx, "lending", but=second.id)
    with begin(installation, SYSTEM) as tx:
        batches.start_batch(tx, second.id, [numbers[0], numbers[2]], {}, "The desk forgot what it had lent")
    with reading(installation, SYSTEM) as tx:
        assert publications.released(tx, "lending") == second
    installation.close()
