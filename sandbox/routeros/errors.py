"""The refusals of a router, as the exceptions that travel inside this process."""


class Trap(Exception):
    """A command refused: becomes `!trap` with these words, then `!done`.

    Category numbers are those of the manual (0 missing item or command, 1 argument value, 4 general failure);
    which real error carries which number is not confirmed, so tests must not rely on them.
    """

    def __init__(self, message: str, category: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.category = category


class Fatal(Exception):
    """The connection ends: becomes `!fatal` with this reason, then the router closes."""


class FramingError(Exception):
    """The client sent a reserved control byte or a word nobody sends: the connection is closed without a word."""


def no_such_item() -> Trap:
    """The id or name does not exist (any more)."""
    return Trap("no such item", 0)


def no_match(name: bytes) -> Trap:
    """A reference or a choice that does not exist."""
    return Trap(f"input does not match any value of {text(name)}", 1)


def invalid(name: bytes) -> Trap:
    """A value that cannot be read as what the property holds."""
    return Trap(f"invalid value for argument {text(name)}", 1)


def text(value: bytes) -> str:
    """Bytes of the wire as text, losslessly."""
    return value.decode("utf-8", "surrogateescape")
