"""How set-up says no."""


class Refused(Exception):
    """Set-up cannot go on; the message is one sentence a person can act on."""

    def __init__(self, sentence: str, *, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status
