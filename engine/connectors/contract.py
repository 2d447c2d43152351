"""What every call to an outside system promises: it returns when it was accepted, or raises CallFailed."""


class CallFailed(Exception):
    """An outside system could not be reached or refused; `permanent` when trying again is of no use."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        self.message = message
        self.permanent = permanent
        super().__init__(message)
