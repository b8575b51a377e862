"""What stands beside the form: Resumo, Se atrasar, and how far each section is. Worked out from whatever is typed so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.backoffice.customers.sign_up_form import Problem, SignUpForm
from malha.core.models import SizeClass
from malha.domain import billing, calendar, late
from malha.domain.errors import RuleError
from malha.domain.money import ZERO, Money
from malha.reports.sign_up import MethodChoice, PlanChoice

SECTIONS: tuple[tuple[str, str | Promise], ...] = (
    ("s1", _("Customer data")),
    ("s2", _("Phones")),
    ("s3", _("Address")),
    ("s4", _("Contract and billing")),
    ("s5", _("Access plans")),
)
ADDRESS = ("street", "number", "district", "city", "uf")


@dataclass(frozen=True, slots=True)
class Summary:
    """The two boxes. `first` and `late` are None while the due day is missing or something makes no sense."""

    plans: Sequence[PlanChoice]
    discount: Money
    surcharge: Money
    monthly: Money
    first: billing.FirstCharge | None
    late: late.LateDates | None
    method: MethodChoice | None
    is_exempt: bool
    never_blocks: bool
    auto_block: bool

    @property
    def days_to_notice(self) -> int:
        """From the due date to the notice, as it will come out."""
        return (self.late.pending_on - self.late.due).days if self.late else 0

    @property
    def days_to_block(self) -> int:
        """From the due date to the block."""
        return (self.late.block_on - self.late.due).days if self.late else 0

    @property
    def days_of_notice(self) -> int:
        """Between the notice and the block."""
        return (self.late.block_on - self.late.pending_on).days if self.late else 0


def of(form: SignUpForm, *, today: date, holidays: frozenset[date]) -> Summary:
    """The summary of what is typed so far; nothing typed is refused here."""
    contract = form.contract.cleaned_data
    plans = [plan for _index, row in form.filled_accesses if (plan := form.choices.plan(row["plan"].value())) is not None]
    discount, surcharge = form.contract.amount("discount"), form.contract.amount("surcharge")
    monthly = billing.monthly_total([plan.price for plan in plans], discount, surcharge) if plans else ZERO
    is_exempt = bool(contract.get("exempt"))
    first, dates = None, None
    if due_day := contract.get("due_day"):
        mode = billing.BillingMode(form.choices.company.billing_mode)
        rule = billing.FirstChargeRule(contract.get("first_charge") or billing.FirstChargeRule.PRORATED)
        first = billing.first_charge(today, due_day, mode, rule, monthly) if plans and not is_exempt else None
        due = first.due_date if first else calendar.next_due_after(due_day, today)
        dates = None if is_exempt else _late(form, due, holidays)
    return Summary(
        plans=plans,
        discount=discount if plans else ZERO,
        surcharge=surcharge if plans else ZERO,
        monthly=monthly,
        first=first,
        late=dates,
        method=form.choices.method(contract.get("collection_method")) or form.choices.default_method,
        is_exempt=is_exempt,
        never_blocks=bool(contract.get("never_block")),
        auto_block=bool(contract.get("auto_block")),
    )


def _late(form: SignUpForm, due: date, holidays: frozenset[date]) -> late.LateDates | None:
    contract, policy = form.contract.cleaned_data, form.choices.policy
    own_pending, own_block = contract.get("days_to_pending"), contract.get("days_to_block")
    try:
        return late.late_dates(
            due,
            policy.days_to_pending if own_pending is None else own_pending,
            policy.days_to_block if own_block is None else own_block,
            policy.days_notice_to_block,
            holidays,
            is_floor_unlocked=form.choices.company.size_class == SizeClass.MICRO,
        )
    except RuleError:
        return None


@dataclass(frozen=True, slots=True)
class Step:
    """A section in the list on the left."""

    anchor: str
    label: str | Promise
    number: int
    is_done: bool
    is_current: bool


def steps(form: SignUpForm, problems: Sequence[Problem]) -> list[Step]:
    """How far the page is: a section is done when what it needs and what is recommended in it is there and right."""
    wrong = {problem.section for problem in problems}
    filled = {
        "s1": _has(form.customer, "name", "cpf_cnpj"),
        "s2": any(_has(phone, "number") for phone in form.phones.forms),
        "s3": _has(form.address, *ADDRESS),
        "s4": _has(form.contract, "due_day"),
        "s5": bool(form.filled_accesses) and all(access.is_complete for _index, access in form.filled_accesses),
    }
    done = {anchor: filled[anchor] and anchor not in wrong for anchor, _label in SECTIONS}
    current = next((anchor for anchor, _label in SECTIONS if not done[anchor]), "")
    return [Step(anchor, label, number, done[anchor], anchor == current) for number, (anchor, label) in enumerate(SECTIONS, 1)]


def _has(form: object, *names: str) -> bool:
    return all(str(form[name].value() or "").strip() for name in names)  # type: ignore[index]
