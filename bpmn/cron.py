"""Cron expressions in timer cycles, as Camunda, Flowable and Activiti take them; the standard has none.

Five fields are minute, hour, day of the month, month and weekday; six begin with seconds, as Spring and Quartz write
them. Sunday is 0 or 7: dialects whose Sunday is 1 are rewritten where they are read. Times are UTC.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cronsim import CronSim, CronSimError

_MACROS: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_LIKE: Final = re.compile(r"@\w+|[\d*?][\d*?,/LW-]*(\s+[\w*?,/#-]+){4,6}")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class CronInvalid(ValueError):
    """A text is no cron expression, or one that is not run; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Cron:
    """Again and again, whenever the fields of a cron expression fit."""

    text: str

    def next(self, moment: datetime) -> datetime | None:
        """The first time after `moment`, as aware UTC; None where none comes in fifty years."""
        return next(CronSim(self.text, moment.astimezone(UTC)), None)

    def first_after(self, moment: datetime, now: datetime) -> datetime | None:
        """The first repetition after `moment` that does not lie before `now`."""
        return self.next(max(moment, now - timedelta(seconds=1)))


def looks_like_cron(text: str) -> bool:
    """Whether a text is meant as a cron expression."""
    return bool(_LIKE.fullmatch(text.strip()))


def read_cron(text: str) -> Cron:
    """Read a cron expression. Raises CronInvalid."""
    fields = _MACROS.get(text.strip().casefold(), text.strip()).upper().split()
    if len(fields) == 7 and fields[6] in ("*", "?"):
        fields.pop()  # the year
    if len(fields) not in (5, 6):
        raise CronInvalid(f"{text!r} is no cron expression of five or six fields, such as 0 0 9 * * MON-FRI")
    fields = ["*" if field == "?" else field for field in fields]
    if not (fields[-3].startswith("*") or fields[-1].startswith("*")):
        raise CronInvalid(f"{text!r} names days of the month and weekdays: engines differ on whether both must fit")
    written = " ".join(fields)
    try:
        CronSim(written, datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise CronInvalid(f"{text!r} cannot be read as a cron expression ({error})") from None
    return Cron(text=written)


def from_quartz(text: str) -> str:
    """A cron expression of Quartz, whose weekdays count from Sunday as 1, with the names of its weekdays."""
    fields = text.split()
    if len(fields) in (6, 7):
        fields[5] = ",".join(_weekdays(part) for part in fields[5].split(","))
    return " ".join(fields)


def _weekdays(part: str) -> str:
    """One part of a list of weekdays: the numbers before a step or the count of a weekday in its month."""
    sign = next((mark for mark in part if mark in "/#"), "")
    head, _, rest = part.partition(sign) if sign else (part, "", "")
    head = re.sub(r"\d+", lambda found: _DAYS[int(found[0]) - 1] if found[0] in "1234567" else found[0], head)
    last = re.fullmatch(r"(\w{3})L", head)
    if last and last[1] in _DAYS:
        head = f"{_DAYS.index(last[1])}L"
    return head + sign + rest
