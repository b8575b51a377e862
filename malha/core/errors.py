"""What a service raises when the answer is no. Doors turn these into a sentence on the page or a JSON error."""

from collections.abc import Mapping


class BusinessError(Exception):
    """A rule of the business refuses the request.

    `code` is stable and English (programs read it), `message` is a translated sentence that says what to do,
    `fields` ties sentences to form fields by name.
    """

    def __init__(self, code: str, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = str(message)
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        details = "; ".join(f"{name}: {sentence}" for name, sentence in self.fields.items())
        return f"{self.message} ({details})" if details else self.message


class StateConflict(BusinessError):
    """The row was not in a state from which this change is allowed, often because somebody else was faster."""


class NotAllowed(BusinessError):
    """The actor may not do this. Doors answer 403."""
