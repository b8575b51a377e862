"""What the demo's provider spends: bills that come every month, and bank notes that are carried from the till to the bank."""

from datetime import date
from typing import Final

from malha.cashbook import queries
from malha.cashbook.data import AccountData, PayableData, PayData, SupplierData, TransferData
from malha.cashbook.models import CashAccount, Category, Payable, PayableState
from malha.cashbook.services import accounts, categories, payables, suppliers, transfers
from malha.core import clock
from malha.core.history import SYSTEM, Actor
from malha.domain import calendar
from malha.domain.money import Money
from malha.worker.demo.life import Life
from malha.worker.demo.team import Team

BILLS: Final = (
    # supplier, what, category, amount, due day
    ("Trânsito Sul IP Ltda", "Link de 5 Gb/s", "Link e trânsito IP", "4.800,00", 15),
    ("Energia do Vale S.A.", "Energia da sede e das torres", "Energia", "1.236,40", 20),
    ("Imobiliária Matriz Ltda", "Aluguel da sede", "Aluguel", "1.850,00", 10),
    ("Escritório Contábil Serra Azul", "Honorários contábeis", "Sistemas e contabilidade", "690,00", 5),
)
AFTERNOON: Final = 15 * 60 + 20
NOTES: Final = Money(10000)
KEPT: Final = Money(20000)  # change that stays in the till


def open_accounts(actor: Actor) -> tuple[int, int]:
    """The till and the bank account, with a plano de contas; their keys."""
    till = accounts.ensure_default(actor=SYSTEM)
    categories.create_standard(actor=actor)
    return till.pk, accounts.create(data=AccountData(name="Conta no banco", kind="BANK"), actor=actor).pk


def make_bills(since: date, actor: Actor) -> None:
    """Every bill, for the first time after `since`; paid, it makes the next one by itself."""
    for name, words, category, amount, day in BILLS:
        supplier = suppliers.create(data=SupplierData(legal_name=name), actor=actor)
        data = PayableData(
            description=words,
            amount=Money.parse_brl(amount),
            due_date=calendar.next_due_after(day, since),
            supplier_id=supplier.pk,
            category_id=next(iter(Category.objects.filter(name=category).values_list("pk", flat=True)), None),
            recurrence="MONTHLY",
        )
        payables.create(data=data, actor=actor)


def live(day: date, life: Life) -> None:
    """Pay what is due today, and on a Monday carry the notes to the bank."""
    if not calendar.is_business_day(day):
        return
    team = life.team
    marina = team.staff["marina"]
    with clock.frozen(life.moment(day, AFTERNOON)):
        for bill in Payable.objects.filter(state=PayableState.OPEN, due_date__lte=day):
            payables.pay(payable=bill, data=PayData(account_id=team.bank, amount=bill.amount, paid_on=day), actor=marina)
        if day.weekday() == 0:
            _carry(day, team, marina)


def _carry(day: date, team: Team, actor: Actor) -> None:
    there = queries.balance(CashAccount.objects.get(pk=team.till)) - KEPT
    amount = Money(there.cents // NOTES.cents * NOTES.cents)
    if amount >= NOTES:
        data = TransferData(from_account_id=team.till, to_account_id=team.bank, amount=amount, date=day, note="Depósito da semana")
        transfers.make(data=data, actor=actor)
