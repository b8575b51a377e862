"""Model fields of the floor: money as whole cents, text encrypted at rest."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import Combinable

from malha.core import crypto
from malha.domain.money import Money


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]
    """`Money` in Python, whole cents in the database. Never a float, on either side."""

    if TYPE_CHECKING:
        _pyi_private_set_type: Money | int | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Money  # type: ignore[assignment]
        _pyi_lookup_exact_type: Money | int  # type: ignore[assignment]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if isinstance(kwargs.get("default"), Money):
            kwargs["default"] = kwargs["default"].cents  # migrations know only plain values
        return name, path, args, kwargs

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Money | None:
        return None if value is None else Money(value)

    def to_python(self, value: Any) -> Money | None:
        if value is None or isinstance(value, Money):
            return value
        return Money(int(value))

    def get_prep_value(self, value: Any) -> int | None:
        if value is None:
            return None
        return value.cents if isinstance(value, Money) else int(value)


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """Text that is plain in Python and a Fernet token in the database. It can not be searched.

    `ring="access"` for what FreeRADIUS reads; see `core.crypto`.
    """

    def __init__(self, *args: Any, ring: str = "vault", **kwargs: Any) -> None:
        self.ring = ring
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.ring != "vault":
            kwargs["ring"] = self.ring
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if not value else crypto.reveal(value, ring=self.ring)

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return value if not value else crypto.seal(value, ring=self.ring)
