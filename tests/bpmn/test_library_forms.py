"""Every user task of the library has a form, and every form somebody who fills it in."""

from collections.abc import Mapping
from typing import Final

import pytest

from bpmn.diagram import UserTask
from bpmn.draft import read_draft
from bpmn.library import shipped

SHIPPED: Final[Mapping[str, Mapping[str, bytes]]] = shipped()


@pytest.mark.parametrize("process", SHIPPED)
def test_tasks_and_forms_belong_together(process: str) -> None:
    draft = read_draft(SHIPPED[process])
    elements = [element for each in draft.diagram.processes for element in each.elements]
    tasks = {element.id: element.properties.get("formRef") for element in elements if isinstance(element, UserTask)}
    used = {element.properties.get("formRef") for element in elements} - {None}
    shipped_forms = {name.removesuffix(".form") for name in SHIPPED[process] if name.endswith(".form")}
    assert [task for task, form in tasks.items() if form not in shipped_forms] == [], "tasks without a form"
    assert shipped_forms - used == set(), "forms that nothing asks"
