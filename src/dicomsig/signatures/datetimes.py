"""Digital Signature DateTime as an instant (PS3.5 6.2 DT, PS3.3 C.12.1.1.3)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_DT = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)"
    r"(?:(?P<second>\d\d)(?:\.(?P<fraction>\d{1,6}))?)?)?)?)?)?(?P<offset>[+-]\d{4})?\Z",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SignatureDateTime:
    """What a DT value says: the instant, if it states its offset; whether the value is well formed."""

    instant: datetime | None
    well_formed: bool
    has_offset: bool


@lru_cache(maxsize=16)
def read_datetime(text: str) -> SignatureDateTime:
    """Read a DT value; components left out count as their first value, a leap second as the second before it."""
    match = _DT.match(text)
    if match is None:
        return SignatureDateTime(None, False, False)
    parts = match.groupdict()
    offset = parts["offset"]
    try:
        zone = UTC if offset is None else _zone(offset)
        instant = datetime(
            int(parts["year"]),
            int(parts["month"] or 1),
            int(parts["day"] or 1),
            int(parts["hour"] or 0),
            int(parts["minute"] or 0),
            min(int(parts["second"] or 0), 59) if parts["second"] != "60" else 59,
            int((parts["fraction"] or "0").ljust(6, "0")),
            tzinfo=zone,
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return SignatureDateTime(None, False, offset is not None)
    if parts["second"] is not None and int(parts["second"]) > 60:
        return SignatureDateTime(None, False, offset is not None)
    return SignatureDateTime(instant if offset is not None else None, True, offset is not None)


def _zone(offset: str) -> timezone:
    """The offsets in use go from -1200 to +1400 (PS3.5 6.2)."""
    hours, minutes = int(offset[1:3]), int(offset[3:])
    amount = timedelta(hours=hours, minutes=minutes)
    signed = -amount if offset[0] == "-" else amount
    if minutes > 59 or not timedelta(hours=-12) <= signed <= timedelta(hours=14):
        raise ValueError(offset)
    return timezone(signed)
