"""Expressions of our own, on the database that runs the tests."""

import pytest

from malha.contracts.models import Contract
from malha.core.sql import Among
from tests import make

pytestmark = pytest.mark.django_db


def test_among_is_what_in_says_whatever_the_number_of_keys():
    make.company()
    one, two, three = (make.contract(make.customer(cpf_cnpj="")) for _ in range(3))
    some = {one.pk, three.pk}

    assert set(Contract.objects.filter(Among("pk", some))) == {one, three}
    assert set(Contract.objects.exclude(Among("pk", some))) == {two}
    assert not Contract.objects.filter(Among("pk", ())).exists()
    assert Contract.objects.filter(Among("pk", range(100_000))).count() == Contract.objects.filter(pk__lt=100_000).count()
    assert list(Contract.objects.filter(Among("customer__contracts", [two.pk]), state="DRAFT")) == [two]
    assert Contract.objects.filter(Among("pk", some)).update(due_day=7) == 2
