"""Dates, times and moments as people type them and as they are kept: RFC 3339, moments with the offset of a zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime

from forms.definition import MomentField, Subtype

LOCALE = "en_GB"
_DAY = "d MMM y"
CODES = {Subtype.DATE: "not_a_date", Subtype.TIME: "not_a_time", Subtype.DATETIME: "not_a_moment"}


class MomentUnfit(ValueError):
    """Raised when a text is no date, time or moment; `code` says which, or that the clocks skip it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def zone_of(name: str) -> ZoneInfo:
    """Give a time zone by its IANA name, UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def normalised(field: MomentField, text: str, zone: ZoneInfo) -> str:
    """Write what was typed as it is kept: ``2026-11-30``, ``14:30:00`` or ``2026-11-30T14:30:00+01:00``.

    A moment typed without an offset is meant in `zone`; of a time that comes twice when clocks are put back, the first
    is meant. Raises MomentUnfit.
    """
    text = text.strip()
    try:
        if len(text) > 40 or not text.isascii():
            raise ValueError(text)
        if field.subtype is Subtype.DATE:
            return date.fromisoformat(_extended(text, "-", 10)).isoformat()
        if field.subtype is Subtype.TIME:
            read = time.fromisoformat(_extended(text, ":", 5, 8))
            return read.isoformat(timespec="seconds")
        _extended(text[:10], "-", 10)
        moment = datetime.fromisoformat(text)
        if "T" not in text.upper() and " " not in text:
            raise ValueError(text)
        return _moment(field, moment.replace(microsecond=0), zone)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, MomentUnfit) else MomentUnfit(CODES[field.subtype]) from None


def _extended(text: str, separator: str, *lengths: int) -> str:
    """Give the text if it has the extended form: ``fromisoformat`` also takes 20261130 and week dates."""
    if len(text) not in lengths or separator not in text or not text.replace(separator, "").isdigit():
        raise ValueError(text)
    return text


def _moment(field: MomentField, moment: datetime, zone: ZoneInfo) -> str:
    if moment.tzinfo is None:
        local = moment.replace(tzinfo=zone)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
            raise MomentUnfit("no_such_time")
        moment = local
    written = moment.astimezone(UTC if field.utc else zone).isoformat(timespec="seconds")
    return written.replace("+00:00", "Z")


def passed(field: MomentField, text: str, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a kept date or moment lies before `now`; the present day and minute have not passed."""
    if field.subtype is Subtype.DATE:
        return date.fromisoformat(text) < now.astimezone(zone).date()
    if field.subtype is Subtype.DATETIME:
        return datetime.fromisoformat(text) < now.replace(second=0, microsecond=0)
    return False


def native(field: MomentField, text: str, zone: ZoneInfo) -> str | None:
    """Write a kept value as the browser's own input takes it, none where the text is no such value."""
    try:
        kept = normalised(field, text, zone)
    except MomentUnfit:
        return None
    if field.subtype is Subtype.DATETIME:
        kept = datetime.fromisoformat(kept).astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
    return kept.removesuffix(":00") if field.subtype is not Subtype.DATE else kept


def readable(field: MomentField, text: str, zone: ZoneInfo) -> str:
    """Write a kept value to be read: moments in `zone`, with its name."""
    shown = native(field, text, zone)
    if shown is None:
        return text
    if field.subtype is Subtype.DATETIME:
        return moment_text(normalised(field, text, zone), zone)
    return day_text(shown) if field.subtype is Subtype.DATE else shown


def day_text(text: str) -> str:
    """Write a date as people do, ``30 Nov 2026``; what is none stays as it is."""
    try:
        return str(format_date(date.fromisoformat(_extended(text, "-", 10)), _DAY, locale=LOCALE))
    except ValueError:
        return text


def moment_text(text: str, zone: ZoneInfo) -> str:
    """Write a moment with an offset to be read in `zone`, with its name: ``30 Nov 2026, 14:30 CET``."""
    try:
        moment = datetime.fromisoformat(text).astimezone(zone).replace(microsecond=0)
    except (ValueError, OverflowError):
        return text
    written = format_datetime(moment, f"{_DAY}, HH:mm:ss", locale=LOCALE)
    return f"{written.removesuffix(':00')} {moment.tzname()}"
