"""From what a program sent to what the services take."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from ninja import Schema

from malha.api.v1 import schemas
from malha.contracts.data import ContractData
from malha.contracts.models import Plan
from malha.core.errors import BusinessError
from malha.customers.data import AddressData, CustomerData, PhoneData
from malha.journeys.onboarding import SignUp
from malha.network.data import AccessData
from malha.network.models import Router

Data = TypeVar("Data")


def customer_data(name: str, body: schemas.CustomerDetails) -> CustomerData:
    """A customer to register."""
    values = body.model_dump(exclude={"name", "phones", "address", "tags"})
    return CustomerData(name=name, tags=tuple(body.tags), **_nested(body.phones, body.address), **values)


def patched_customer(data: CustomerData, body: schemas.CustomerPatch) -> CustomerData:
    """The stored customer with what was sent."""
    values = body.model_dump(exclude_unset=True, exclude={"phones", "address"})
    if "tags" in values:
        values["tags"] = tuple(body.tags or ())
    nested = _nested(body.phones or [], body.address or schemas.AddressBody())
    values.update({name: nested[name] for name in ("phones", "address") if name in body.model_fields_set})
    return replace(data, **values)


def access_data(body: schemas.AccessBody) -> AccessData:
    """An access to create."""
    return AccessData(**body.model_dump(exclude={"contract_id"}))


def patched(data: Data, body: Schema) -> Data:
    """The stored data with what was sent."""
    sent: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    return replace(data, **sent)  # type: ignore[type-var]


def sign_up(body: schemas.SignUpBody) -> SignUp:
    """The whole path. Raises BusinessError("invalid") when no router or plan has the name."""
    problems: dict[str, str] = {}
    router_id, plan_id = _id_of(Router, body.router), _id_of(Plan, body.plan)
    if router_id is None:
        problems["router"] = _("There is no such router.")
    if plan_id is None:
        problems["plan"] = _("There is no such plan.")
    if problems:
        raise BusinessError("invalid", _("Check the marked fields."), fields=problems)
    first = AccessData(username=body.login, password=body.password, router_id=router_id, plan_id=plan_id)
    return SignUp(
        customer=customer_data(body.name, body.customer),
        contract=ContractData(due_day=body.due_day, **{name: getattr(body.contract, name) for name in type(body.contract).model_fields}),
        accesses=(first, *map(access_data, body.accesses)),
    )


def _nested(phones: list[schemas.ContactBody], address: schemas.AddressBody) -> dict[str, Any]:
    return {"phones": tuple(PhoneData(**row.model_dump()) for row in phones), "address": AddressData(**address.model_dump())}


def _id_of(model: type[Router] | type[Plan], key: int | str) -> int | None:
    if isinstance(key, int):
        return key  # the sign-up itself reads the row and says if there is none
    found: int | None = model._default_manager.filter(name__iexact=key.strip()).values_list("pk", flat=True).first()
    return found


OF_SIGN_UP = {"accesses.0.router_id": "router", "accesses.0.plan_id": "plan"}
OF_RECEIPT = {"account": "cash_account_id"}


@contextmanager
def naming(names: Mapping[str, str]) -> Iterator[None]:
    """Sentences about fields come back under the names under which the program sent them."""
    try:
        yield
    except BusinessError as error:
        error.fields = {names.get(name, name): sentence for name, sentence in error.fields.items()}
        raise
