"""The situation of a customer, said in SQL and said in the rule book."""

from itertools import combinations_with_replacement, product

import pytest

from malha.contracts.models import Contract
from malha.customers.models import Address, Customer
from malha.domain.states import ContractFacts, ContractState, Situation, Standing, customer_situation
from malha.reports import situation_snapshot, situations
from tests import make

pytestmark = pytest.mark.django_db

ONE_CONTRACT = tuple(product(ContractState, Standing, (False, True)))


def facts(contracts):
    return [ContractFacts(state, standing, is_trusted) for state, standing, is_trusted in contracts]


def register(combinations):
    """One customer per combination of contracts; answers the expected situation by customer."""
    method = make.collection_method()
    addresses = Address.objects.bulk_create(Address() for _ in combinations)
    customers = Customer.objects.bulk_create(
        Customer(number=number, name=f"Cliente {number}", search_name=f"cliente {number}", address=address)
        for number, address in enumerate(addresses, 1)
    )
    rows = [(customer, contract) for customer, combination in zip(customers, combinations, strict=True) for contract in combination]
    Contract.objects.bulk_create(
        Contract(
            number=number,
            customer=customer,
            state=state,
            standing=standing,
            standing_cause="TRUST" if is_trusted else "",
            due_day=10,
            collection_method=method,
            signed_on=make.TODAY,
            cancelled_on=make.TODAY if state is ContractState.CANCELLED else None,
        )
        for number, (customer, (state, standing, is_trusted)) in enumerate(rows, 1)
    )
    return {customer.pk: customer_situation(facts(combination)) for customer, combination in zip(customers, combinations, strict=True)}


def test_sql_and_the_rule_book_agree_on_every_combination_of_up_to_two_contracts():
    expected = register([(), *((one,) for one in ONE_CONTRACT), *combinations_with_replacement(ONE_CONTRACT, 2)])

    for situation in Situation:
        found = set(situations.only(Customer.objects.all(), situation).values_list("pk", flat=True))
        assert found == {pk for pk, value in expected.items() if value is situation}, situation
    counted = situation_snapshot.read(None).counts()
    assert {situation: counted[situation] for situation in Situation} == {
        situation: list(expected.values()).count(situation) for situation in Situation
    }
    assert counted[None] == len(expected)


def test_sql_and_the_rule_book_agree_on_three_contracts_of_different_kinds():
    kinds = [(ContractState.DRAFT, Standing.CLEAR, False), (ContractState.CANCELLED, Standing.BLOCKED, False)]
    kinds += [(ContractState.ACTIVE, standing, is_trusted) for standing in Standing for is_trusted in (False, True)]
    kinds += [(ContractState.SUSPENDED, Standing.CLEAR, False)]
    expected = register(list(combinations_with_replacement(kinds, 3)))

    for situation in Situation:
        found = set(situations.only(Customer.objects.all(), situation).values_list("pk", flat=True))
        assert found == {pk for pk, value in expected.items() if value is situation}, situation


def test_an_archived_customer_is_on_no_list_and_in_no_count():
    customer = make.customer()
    Customer.objects.filter(pk=customer.pk).update(archived_at=customer.created_at)

    counted = situation_snapshot.read(None).counts()

    assert set(counted.values()) == {0}
