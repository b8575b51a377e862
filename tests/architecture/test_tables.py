"""Keys between tables point the same way as imports: downwards."""

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from malha.core.fields import MoneyField
from tests.architecture.source import row_of


def _keys() -> Iterator[tuple[type[models.Model], "models.Field[object, object]", type[models.Model]]]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("malha."):
            for field in model._meta.get_fields():
                if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField):
                    yield model, field, field.related_model


def _room(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def test_keys_between_tables_point_downwards() -> None:
    upwards = []
    for model, field, target in _keys():
        if not target.__module__.startswith("malha."):
            continue
        here, there = row_of(_room(model)), row_of(_room(target))
        assert here is not None and there is not None
        if not (there > here or _room(model) == _room(target)):
            upwards.append(f"{model._meta.label}.{field.name} → {target._meta.label}")

    assert upwards == []


def test_journeys_reports_and_the_rule_book_have_no_tables() -> None:
    without_tables = {"config", "journeys", "reports", "domain"}
    odd = [model._meta.label for model in apps.get_models() if model.__module__.startswith("malha.") and _room(model) in without_tables]

    assert odd == []


MONEY = re.compile(r"(?:^|_)(?:price|amount|total|discount|surcharge|fee|fine|debt|credit|balance|benefit)$")
NUMBERS = (models.FloatField, models.DecimalField, models.IntegerField)


def test_money_is_stored_as_money() -> None:
    odd = [
        f"{model._meta.label}.{field.name} is a {type(field).__name__}"
        for model in apps.get_models()
        if model.__module__.startswith("malha.")
        for field in model._meta.get_fields()
        if MONEY.search(field.name) and isinstance(field, NUMBERS) and not isinstance(field, MoneyField)
    ]

    assert odd == []


def test_what_belongs_to_a_customer_cannot_be_swept_away() -> None:
    odd = [
        f"{model._meta.label}.{field.name}"
        for model, field, target in _keys()
        if target._meta.label in ("customers.Customer", "contracts.Contract")
        and isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is models.CASCADE
        and _room(model) != _room(target)
    ]

    assert odd == []
