"""The bank's own clock: real time, moved by whole days when a test asks."""

import datetime
import zoneinfo

# Time zone data may be missing on a small machine; Brasília has had no summer time since 2019.
try:
    ZONE: datetime.tzinfo = zoneinfo.ZoneInfo("America/Sao_Paulo")
except zoneinfo.ZoneInfoNotFoundError:
    ZONE = datetime.timezone(datetime.timedelta(hours=-3))

FIXED_HOLIDAYS = {(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)}


class Clock:
    """What time it is in this bank."""

    def __init__(self) -> None:
        self.shift = datetime.timedelta()

    def now(self) -> datetime.datetime:
        """The instant, in UTC."""
        return datetime.datetime.now(datetime.UTC) + self.shift

    def today(self) -> datetime.date:
        """The day in Brasília."""
        return self.now().astimezone(ZONE).date()

    def stamp(self) -> str:
        """The instant as RFC 3339 with milliseconds."""
        return self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def go_to(self, day: datetime.date) -> None:
        """Make today this day; the time of day stays."""
        self.shift += datetime.timedelta(days=(day - self.today()).days)


def easter(year: int) -> datetime.date:
    """Easter Sunday (Gauss, for 1900 to 2099)."""
    a, b, c = year % 19, year % 4, year % 7
    d = (19 * a + 24) % 30
    e = (2 * b + 4 * c + 6 * d + 5) % 7
    day = datetime.date(year, 3, 22) + datetime.timedelta(days=d + e)
    if (d, e) == (29, 6) or (d == 28 and e == 6 and a > 10):
        day -= datetime.timedelta(days=7)
    return day


def is_business_day(day: datetime.date) -> bool:
    """Whether banks are open: no weekend, no national holiday, no Carnival, Good Friday or Corpus Christi."""
    from_easter = (day - easter(day.year)).days
    return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS and from_easter not in (-48, -47, -2, 60)


def next_business_day(day: datetime.date) -> datetime.date:
    """The day itself, or the first business day after it (Law 7.089/1983)."""
    while not is_business_day(day):
        day += datetime.timedelta(days=1)
    return day
