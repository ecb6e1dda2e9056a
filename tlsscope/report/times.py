"""Times for people and machines: nanoseconds since the epoch enter, RFC 3339 UTC text leaves."""

from datetime import UTC, datetime
from functools import lru_cache

SECOND = 1_000_000_000


def rfc3339(nanoseconds: int, digits: int = 6) -> str:
    """Write a time with as many decimal places as the capture's clock has."""
    seconds, fraction = divmod(nanoseconds, SECOND)
    point = "." if digits else ""
    return f"{second(seconds)}{point}{str(SECOND + fraction)[1 : digits + 1]}Z"  # quicker than a format


def duration(start: int, end: int, digits: int = 6) -> float:
    """Give the seconds between two times, without decimal places that the clock does not have."""
    return round((end - start) / SECOND, digits)


@lru_cache(maxsize=4096)
def second(seconds: int) -> str:
    """Write a whole second since the epoch, without its zone."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]
    except (ValueError, OverflowError, OSError):
        return "9999-12-31T23:59:59"  # a clock past RFC 3339: pcapng may claim any 64-bit time
