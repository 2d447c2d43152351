"""How times, spans, sizes and names are said on pages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from webui.texts import gettext as _

LOCALE = "en_GB"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def span(seconds: float) -> str:
    """A length of time as people say it, rounded down: "42 min", "6 h", "1 day 3 h", "3 days"."""
    seconds = int(abs(seconds))
    if seconds < _HOUR:
        return _("%(n)d min", n=seconds // _MINUTE)
    if seconds < _DAY:
        return _("%(n)d h", n=seconds // _HOUR)
    if seconds < 2 * _DAY:
        hours = (seconds - _DAY) // _HOUR
        return _("1 day %(n)d h", n=hours) if hours else _("1 day")
    return _("%(n)d days", n=seconds // _DAY)


def budget(seconds: int) -> str:
    """A budget exactly: "15 min", "4 h", "1 h 30 min", "40 h"."""
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    said = ([_("%(n)d h", n=hours)] if hours else []) + ([_("%(n)d min", n=minutes)] if minutes else [])
    return " ".join(said) or _("%(n)d min", n=0)


def exact(moment: datetime, zone: ZoneInfo) -> str:
    """A moment to the second in the person's zone: "22 Nov 2026, 10:26:14"."""
    return str(format_datetime(moment.astimezone(zone), "d MMM y, HH:mm:ss", locale=LOCALE))


def minute(moment: datetime, zone: ZoneInfo) -> str:
    """A moment to the minute in the person's zone: "22 Nov 2026, 10:26"."""
    return str(format_datetime(moment.astimezone(zone), "d MMM y, HH:mm", locale=LOCALE))


def in_utc(moment: datetime) -> str:
    """The moment in UTC, for the title of what is shown in the person's zone."""
    return str(format_datetime(moment.astimezone(UTC), "d MMM y, HH:mm:ss", locale=LOCALE)) + " UTC"


def iso(moment: datetime) -> str:
    """The moment for machines: "2026-11-22T10:26:14Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(moment: datetime, zone: ZoneInfo) -> str:
    """The day in the person's zone: "Sunday, 22 November 2026"."""
    return str(format_datetime(moment.astimezone(zone), "EEEE, d MMMM y", locale=LOCALE))


def short(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as short as it stays clear: the time today, the day and month this year, else the date."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    if local.date() == (today - timedelta(days=1)).date():
        return _("yesterday %(time)s", time=local.strftime("%H:%M"))
    pattern = "d MMM, HH:mm" if local.year == today.year else "d MMM y"
    return str(format_datetime(local, pattern, locale=LOCALE))


def ago(moment: datetime, now: datetime) -> str:
    """How long ago: "just now", "3 min ago", "2 days ago"."""
    seconds = (now - moment).total_seconds()
    return _("just now") if seconds < _MINUTE else _("%(span)s ago", span=span(seconds))


def size(octets: int) -> str:
    """A file size: "12 kB", "3.4 MB"."""
    if octets < 1000:
        return _("%(n)d bytes", n=octets)
    if octets < 1_000_000:
        return _("%(n)d kB", n=octets // 1000)
    return _("%(n)s MB", n=f"{octets / 1_000_000:.1f}")


def initials(name: str) -> str:
    """Two letters for a name: "M. Rossi" is MR."""
    parts = [part for part in name.replace(".", " ").split() if part[:1].isalnum()]
    letters = [parts[0][0], parts[-1][0]] if len(parts) > 1 else [name.strip()[:2]]
    return "".join(letters).upper()


@dataclass(frozen=True, kw_only=True)
class DeadlineChip:
    """A deadline as a chip: its colour, icon and words, and the moments at which the browser repaints it."""

    tone: str
    icon: str
    text: str
    due_at: datetime | None = None
    warn_at: datetime | None = None
    bad_at: datetime | None = None


def zone_named(name: str | None) -> ZoneInfo:
    """The zone, or UTC when the name is unknown here."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
