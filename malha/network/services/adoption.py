"""*Vincular*: a login that somebody made on the router by hand becomes an access of a contract, with the password it has.

The lane does it, because only the router knows the password. First the register, then the mark, then the usual pass: a worker
killed in between leaves a conflict that the repeated command resolves.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from malha.contracts.models import Contract, ContractState
from malha.core.errors import BusinessError
from malha.core.history import Actor
from malha.domain.access import marks
from malha.domain.access.tables import LOGIN_TABLE
from malha.domain.access.types import Operation, Row, Verb
from malha.network.base import TemporaryFailure
from malha.network.data import AccessData
from malha.network.models import Access, Divergence, RouterCommand
from malha.network.services import accesses, facts, reconcile
from malha.network.services.reconcile import Bench
from malha.network.services.texts import readable
from malha.network.services.writing import send

METHOD_OF_TABLE = {table: method for method, table in LOGIN_TABLE.items()}


def adopt(bench: Bench, command: RouterCommand) -> str:
    """Carry out an `adopt` command; answers words. Raises BusinessError when a person must decide something."""
    table, name = str(command.arguments["table"]), str(command.arguments["name"])
    snapshot = reconcile.read(bench, [name])
    row = next((each for each in snapshot.rows if each.table == table and readable(each.fields.get("name", ""), 150) == name), None)
    if row is None:
        raise BusinessError("gone", _("This login is no longer on the router."))
    access = command.access or _register(bench, command, row)
    mark = marks.access_mark(access.pk)
    found = marks.read_mark(row.raw_comment)
    if found not in ("", mark):
        raise BusinessError("marked", _("This login already belongs to another access (%(mark)s).") % {"mark": found})
    if not found:
        _write_mark(bench, row, mark, access, is_first=not snapshot.owner)
    with transaction.atomic():
        accesses.want(Access.objects.filter(pk=access.pk))
        Divergence.objects.filter(router=bench.router, table=table, name=name).delete()
    return _("Linked.")


@transaction.atomic
def _register(bench: Bench, command: RouterCommand, row: Row) -> Access:
    contract = Contract.objects.filter(pk=command.arguments.get("contract_id")).first()
    if contract is None or contract.state == ContractState.CANCELLED:
        raise BusinessError("no_contract", _("The contract is gone. Choose another one."))
    name = row.fields.get("name", "")
    password = bench.connection.secrets([name]).get(name)
    if not password:
        raise BusinessError(
            "no_password", _("The router does not show the password. Give its user the policy “sensitive”, or create the access by hand.")
        )
    data = AccessData(
        username=name,
        password=password,
        router_id=bench.router.pk,
        plan_id=int(command.arguments["plan_id"]),
        method=METHOD_OF_TABLE[row.table].value,
        ipv4=row.fields.get("remote-address", "") or row.fields.get("address", ""),
        ipv6_prefix=row.fields.get("remote-ipv6-prefix", ""),
        mac=row.fields.get("caller-id", "") or row.fields.get("mac-address", ""),
        lock_mac=bool(row.fields.get("caller-id") or row.fields.get("mac-address")),
    )
    try:
        access = accesses.create(contract=contract, data=_addresses_only(data), actor=_actor(command))
    except BusinessError as error:
        raise BusinessError(error.code, "; ".join(error.fields.values()) or error.message) from error
    contract.refresh_from_db(fields=["state"])
    if contract.state == ContractState.DRAFT:
        raise BusinessError("draft_contract", _("Activate the contract first: a draft has no login on the router."))
    Access.objects.filter(pk=access.pk).update(pushed_password=facts.fingerprint(password), applied_username=name)
    RouterCommand.objects.filter(pk=command.pk).update(access=access)
    return access


def _addresses_only(data: AccessData) -> AccessData:
    """A pool's name may stand where an address may: it is the profile's business and not taken over."""
    values = {name: getattr(data, name) for name in data.__dataclass_fields__}
    if not data.ipv4.replace(".", "").isdigit():
        values["ipv4"] = ""
    return AccessData(**values)


def _write_mark(bench: Bench, row: Row, mark: str, access: Access, *, is_first: bool) -> None:
    bench.guard()
    if is_first:
        bench.connection.claim_owner()
    operation = Operation(
        verb=Verb.SET,
        table=row.table,
        name=row.fields.get("name", ""),
        row_id=row.id,
        raw_comment=marks.write_mark(mark, row.raw_comment),
        access_id=access.pk,
    )
    sent = send(bench.connection, [operation], guard=bench.guard, limits=bench.limits)
    if sent.is_lost:
        raise TemporaryFailure("connection_lost", _("The connection to the router was cut."))
    if sent.refused:
        raise BusinessError("refused", readable(sent.refused[0].words))


def _actor(command: RouterCommand) -> Actor:
    return Actor(kind="worker", id=None, name=command.asked_by)
