"""The path of the seed article: from a filled form to a customer whose login is on its way to the router."""

from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from malha.contracts.data import ContractData
from malha.contracts.models import Contract
from malha.contracts.services import contracts
from malha.core import clock, history
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.core.rules import Problems
from malha.customers.data import CustomerData
from malha.customers.models import Customer, Submission
from malha.customers.services import customers
from malha.dunning.queries import standard_days
from malha.network.data import AccessData
from malha.network.models import Access
from malha.network.services import accesses


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """Everything the new-customer page asks, in the seed's order.

    `returning_id`: the record of a customer who left and comes back under the same number (*reativar com estes dados*).
    """

    customer: CustomerData
    contract: ContractData
    accesses: tuple[AccessData, ...] = ()
    returning_id: int | None = None


@dataclass(frozen=True)
class SignedUp:
    """What a sign-up made. `is_repeat`: the same submission had been saved before, this is the first one's customer."""

    customer: Customer
    contract: Contract
    accesses: tuple[Access, ...]
    is_repeat: bool = False


def sign_up(*, data: SignUp, actor: Actor, token: str = "") -> SignedUp:
    """Register customer, contract and accesses in one transaction; the accesses become due on their routers.

    `token` identifies the submission: sent twice, even at the same moment, it makes one customer. Raises
    BusinessError("invalid") with sentences under `customer.…`, `contract.…`, `accesses.0.…`.
    """
    try:
        with transaction.atomic(), history.together():
            return _register(data, actor, token)
    except IntegrityError:
        repeat = _earlier(token) if token else None
        if repeat is None:
            raise
        return repeat


def with_template(data: SignUp, template_id: int | None) -> SignUp:
    """The same sign-up with that written contract."""
    return replace(data, contract=replace(data.contract, template_id=template_id))


def _register(data: SignUp, actor: Actor, token: str) -> SignedUp:
    # 1. The second of two clicks stops here: the token is unique in the database.
    submission = Submission.objects.create(token=token, at=clock.now()) if token else None
    # 2. Everything is checked before anything is made, so that the person is told once.
    checked = check(data=data)
    plans = [row.plan for row in checked.accesses]
    # 3. Who, what was agreed, how they get in.
    customer = _returning(data, actor) if data.returning_id else customers.add(data=checked.customer, actor=actor)
    contract = contracts.add(customer=customer, data=checked.contract, plans=plans, actor=actor)
    made = tuple(accesses.add(contract=contract, checked=row, actor=actor, priced=False) for row in checked.accesses)
    # 4. The receipt for a repeated submission.
    if submission is not None:
        Submission.objects.filter(pk=submission.pk).update(customer=customer)
    return SignedUp(customer=customer, contract=contract, accesses=made)


@dataclass(frozen=True)
class CheckedSignUp:
    """A sign-up in which everything is normalised and nothing wrong, with the routers and plans it names."""

    customer: CustomerData
    contract: ContractData
    accesses: tuple[accesses.CheckedAccess, ...]


def check(*, data: SignUp) -> CheckedSignUp:
    """Everything that is wrong, told at once and nothing made.

    Raises BusinessError("invalid") with sentences under `customer.…`, `contract.…`, `accesses.0.…`.
    """
    problems = Problems()
    rows: list[accesses.CheckedAccess] = []
    seen: set[str] = set()
    customer, contract = data.customer, data.contract
    with problems.under("customer"):
        customer = customers.check(customer, today=clock.today())
    with problems.under("contract"):
        contract = contracts.check(contract, standard_days=standard_days())
    for index, row in enumerate(data.accesses):
        with problems.under(f"accesses.{index}"):
            checked = accesses.check(row)
            if checked.data.username in seen:
                accesses.refuse_login()
            seen.add(checked.data.username)
            rows.append(checked)
    problems.raise_if_any()
    return CheckedSignUp(customer, contract, tuple(rows))


def _returning(data: SignUp, actor: Actor) -> Customer:
    customer = Customer.objects.filter(pk=data.returning_id or 0).first()
    if customer is None:
        raise BusinessError("customer_not_found", _("The record to reactivate was not found. Open it from the list of customers."))
    if customer.archived_at is not None:
        customers.reactivate(customer=customer, actor=actor)
    return customers.update(customer=customer, data=data.customer, actor=actor)


def _earlier(token: str) -> SignedUp | None:
    submission = Submission.objects.filter(token=token).select_related("customer").first()
    if submission is None or submission.customer is None:
        return None
    customer = submission.customer
    contract = Contract.objects.filter(customer=customer).order_by("id").first()
    if contract is None:
        return None
    return SignedUp(customer, contract, tuple(Access.objects.filter(contract=contract)), is_repeat=True)
