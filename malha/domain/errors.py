"""The one error the rule book raises for a value that breaks a rule."""

from collections.abc import Mapping


class RuleError(ValueError):
    """A value breaks a rule of the rule book.

    ``code`` is stable and machine-readable (``cpf_check_digit``); ``params`` holds what a sentence
    about it needs (limits, positions). Neither carries text for people: the doors own the words.
    Never put a secret (password, token) into ``params``: errors reach logs.
    """

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.params: dict[str, object] = dict(params or {})
        super().__init__(code)

    def __reduce__(self) -> tuple[type["RuleError"], tuple[str, dict[str, object]]]:
        return (type(self), (self.code, self.params))
