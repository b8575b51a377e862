"""The day that a prediction is for."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from malha.core import clock
from malha.core.errors import BusinessError

# A prediction is worth less the farther it looks: what is not issued yet is not in it.
MAX_DAYS = 90


def day_ahead(asked: date | None, *, default: timedelta) -> date:
    """The asked day, `default` from today when none was asked. Raises BusinessError("invalid") for the past and the far future."""
    today = clock.today()
    if asked is not None and not today <= asked <= today + timedelta(days=MAX_DAYS):
        sentence = _("Choose a day from today on, at most %(days)s days ahead.") % {"days": MAX_DAYS}
        raise BusinessError("invalid", sentence, fields={"date": sentence})
    return asked or today + default
