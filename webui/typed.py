"""Reading the plain forms of records and people: typed text becomes moments, lengths of time, hours of a day."""

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo

from engine.errors import Unacceptable
from webui.texts import gettext as _

FIRST_YEAR, LAST_YEAR = 1900, 2999
_SPAN = re.compile(r"(?:(\d{1,3})\s*d)?\s*(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*(?:min|m))?", re.IGNORECASE)
_TIMES = re.compile(r"^(\d{1,2}):(\d{2})$")


def moment(text: str, zone: ZoneInfo, field: str) -> datetime | None:
    """A moment as the browser's date-and-time field gives it, in the person's zone; None for nothing typed."""
    if not text.strip():
        return None
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        typed = None
    if typed is None or not FIRST_YEAR <= typed.year <= LAST_YEAR:  # the ends of the calendar have no UTC
        raise Unacceptable(_("Write a date and time like 2026-11-22 10:30."), field=field)
    return typed if typed.tzinfo else typed.replace(tzinfo=zone)


def local_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment as the browser's date-and-time field takes it, to the minute; nothing for none."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if moment else ""


def span_seconds(text: str, field: str) -> int | None:
    """A length of time such as "15 min", "4 h", "1 h 30 min" or "2 d" (of 24 hours) in seconds; None for nothing."""
    plain = text.strip()
    if not plain:
        return None
    found = _SPAN.fullmatch(plain)
    if found is None or not any(found.groups()):
        raise Unacceptable(
            _("“%(text)s” is not a length of time. Write 15 min, 4 h or 1 h 30 min.", text=plain[:40]), field=field
        )
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60


def hours(text: str, field: str) -> list[list[str]]:
    """Working hours of one day, "09:00-12:30, 13:00-17:00", as pairs; nothing is a day off."""
    pairs: list[list[str]] = []
    for part in filter(None, (part.strip() for part in text.replace("–", "-").split(","))):
        begin, _dash, end = (side.strip() for side in part.partition("-"))
        first, last = _time(begin), _time(end)
        if first is None or last is None or first >= last:
            raise Unacceptable(
                _("“%(text)s” is not a span of hours. Write 09:00-17:00, and several with commas.", text=part[:40]),
                field=field,
            )
        if pairs and pairs[-1][1] > first:
            raise Unacceptable(_("The hours of a day must follow one another without overlap."), field=field)
        pairs.append([first, last])
    return pairs


def _time(text: str) -> str | None:
    if text == "24:00":
        return text
    found = _TIMES.match(text)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2])).strftime("%H:%M")
    except ValueError:
        return None


def slug(text: str) -> str:
    """An identifier made of a title: "Remote access" is remote_access."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")
    return plain[:60]
