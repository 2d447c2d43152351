"""What can go wrong when a process is compiled or a compiled element runs."""

from bpmn.errors import BpmnError


class NotCompilable(BpmnError):
    """An element cannot be run as drawn; publishing should have refused it with the same reason."""

    def __init__(self, element_id: str, code: str, message: str) -> None:
        self.element_id = element_id
        self.code = code
        self.message = message
        super().__init__(f"{element_id}: {message}")


class CannotContinue(BpmnError):
    """A running element cannot go on; whoever runs it gives the case up to where it was before the act."""

    def __init__(self, element_id: str | None, code: str, message: str) -> None:
        self.element_id = element_id
        self.code = code
        self.message = message
        super().__init__(f"{element_id}: {message}")
