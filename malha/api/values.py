"""What every body and every query of the API holds to, so that no value reaches a database that cannot keep it."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, field_validator

MAX_BIGINT = 2**63 - 1

Id = Annotated[int, Field(ge=1, le=MAX_BIGINT)]
# A day with room around it: no calculation of due dates leaves the calendar.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this instant lies outside the calendar") from error


# With its offset: a bare date would mean another instant on each side.
Since = Annotated[AwareDatetime, AfterValidator(_to_utc)]


class Sent(Schema):
    """Base of what programs send: text that no database keeps is refused at its field."""

    @field_validator("*", mode="after", check_fields=False)
    @classmethod
    def storable(cls, value: Any) -> Any:
        """No null characters (PostgreSQL) and no halves of a character (UTF-8)."""
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text):
                raise ValueError("text with characters that cannot be stored")
        return value


def if_sent() -> Any:
    """A field of a patch: left out it changes nothing, sent it must have a value (`null` is refused)."""
    return Field(default_factory=lambda: None)
