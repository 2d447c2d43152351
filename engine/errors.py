"""What can go wrong in the engine, as a tree.

EngineError
├── NotAllowed            the person lacks the permission
├── NotRecognised         a token that is missing, unknown or revoked
├── NotFound              no such thing, or none the person may know of
├── Conflict              somebody or something was faster; nothing was changed
│   ├── TaskAlreadyDone
│   ├── TaskMovedOn
│   ├── TaskTaken
│   ├── OutOfUse          nothing new begins with that process
│   ├── CaseEnded
│   ├── CaseSuspended
│   ├── NobodyWaits
│   ├── CannotMigrate     carries what stands in the way
│   ├── Ambiguous         several could be meant, and nobody is chosen by chance
│   └── StaleRevision
├── SamePerson            four eyes are needed
├── Unacceptable          what was handed in breaks a rule
│   ├── NotPublishable    carries the findings
│   └── LinkInvalid
├── StepFailed            a case could not move: element and reason
├── StateUnreadable       a stored case cannot be restored
├── ChainBroken           the journal does not verify
└── Unavailable           the installation cannot serve now
    ├── DatabaseUnavailable
    │   └── OutcomeUnknown
    ├── NotUpgraded
    ├── SecondServer
    └── SettingsWrong

Each error is a code (the class) with parameters; `message` is its English sentence. None knows HTTP.
"""

from collections.abc import Iterable, Sequence


class EngineError(Exception):
    """Anything the engine refuses or fails at; `message` can be shown to a person."""

    def __init__(self, message: str, **parameters: object) -> None:
        self.message = message
        self.parameters = parameters
        super().__init__(message)


class NotAllowed(EngineError):
    """The acting person lacks the permission for this act on this subject."""


class NotRecognised(EngineError):
    """What a system outside sent has no token, or one that is unknown or revoked."""


class NotFound(EngineError):
    """There is no such thing, or none that the acting person may know of."""


class Conflict(EngineError):
    """Somebody or something was faster; nothing was changed."""


class TaskAlreadyDone(Conflict):
    """The task was completed before, by the person and at the time in the parameters."""


class TaskMovedOn(Conflict):
    """The task changed or was withdrawn since the page was opened."""


class TaskTaken(Conflict):
    """Another person has claimed the task."""


class OutOfUse(Conflict):
    """The process is out of use: nothing new begins with it, while its cases go on."""


class CaseEnded(Conflict):
    """The case has ended and takes no more acts."""


class CaseSuspended(Conflict):
    """The case is suspended: only an operator moves it, until it is resumed."""


class NobodyWaits(Conflict):
    """The case does not wait for that message now."""


class CannotMigrate(Conflict):
    """A case cannot be put on another version as it stands; `obstacles` says of each place why, and what to do."""

    def __init__(self, obstacles: Sequence[str]) -> None:
        self.obstacles = tuple(obstacles)
        super().__init__(" ".join(self.obstacles))


class Ambiguous(Conflict):
    """Several cases or processes could get a message that only one can have; trying again changes nothing by itself."""


class StaleRevision(Conflict):
    """Somebody saved a newer revision of this draft or record."""


class SamePerson(EngineError):
    """A second person is needed: proposer and releaser, or two others named in the parameters, differ."""


class Unacceptable(EngineError):
    """What was handed in breaks a rule; the message says which."""


class NotPublishable(Unacceptable):
    """The checks found errors; `findings` holds them."""

    def __init__(self, message: str, findings: tuple[object, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class LinkInvalid(Unacceptable):
    """A one-time link is unknown, used or expired."""


class StepFailed(EngineError):
    """A case could not move: `element_id` and `code` say where and what kind; nothing was changed.

    `steps` are what it had done until then (`engine.model.step`), none of which is kept: a rehearsal tells them.
    """

    def __init__(self, element_id: str | None, code: str, message: str, steps: Iterable[object] = ()) -> None:
        super().__init__(message, element_id=element_id, code=code)
        self.element_id = element_id
        self.code = code
        self.steps = tuple(steps)


class StateUnreadable(EngineError):
    """A stored case cannot be restored: written by a later release, or damaged."""


class ChainBroken(EngineError):
    """A journal stream does not verify; parameters name the stream and the first broken entry."""


class Unavailable(EngineError):
    """The installation cannot serve now."""


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached, is full, or stayed locked too long."""


class OutcomeUnknown(DatabaseUnavailable):
    """The database went away during the commit: what was to be saved may be saved or not."""


class NotUpgraded(Unavailable):
    """The schema of the database is not the one this release needs."""


class SecondServer(Unavailable):
    """Another server already runs on the same SQLite file."""


class SettingsWrong(Unavailable):
    """A setting cannot be used; the message names it and says what it may be."""
