"""The records processes rest on: roles, services, targets, calendars."""

from dataclasses import dataclass
from datetime import datetime

from forms.data import Value


@dataclass(frozen=True, kw_only=True)
class Role:
    """What people are granted: a role of a process or a support group."""

    id: str
    title: str
    kind: str
    """role or group."""
    purpose: str


@dataclass(frozen=True, kw_only=True)
class RoleGrant:
    """A role held by a person from a moment until another, or without end.

    Granted at once or taken away, it stays so whatever hour the machine says later: its clock may be set back.
    """

    id: str
    person_id: str
    role_id: str
    valid_from: datetime
    valid_until: datetime | None
    granted_by: str | None
    granted_at: datetime
    reason: str
    revoked_at: datetime | None = None
    """When somebody took it away."""

    def has_begun(self, at: datetime) -> bool:
        """Say whether it has begun, by what was decided and by a clock that now says `at`."""
        return self.valid_from <= max(at, self.granted_at)

    def has_ended(self, at: datetime) -> bool:
        """Say whether it has ended, by what was decided and by a clock that now says `at`."""
        return self.revoked_at is not None or (self.valid_until is not None and self.valid_until <= at)


@dataclass(frozen=True, kw_only=True)
class CalendarRecord:
    """Working hours under a name; `value` is what engine.deadlines.working_hours reads."""

    id: str
    title: str
    value: Value
    version: int


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service of the catalogue with its owner, working hours and support group."""

    id: str
    title: str
    description: str
    owner_id: str | None
    calendar_id: str
    support_group: str | None
    active: bool
    version: int


@dataclass(frozen=True, kw_only=True)
class Target:
    """A service-level target: for cases of this priority the clock has this budget. `service_id` "" is the default."""

    service_id: str
    priority: str
    clock: str
    budget_seconds: int
    around_the_clock: bool
