"""The notice that the law asks for, as a letter: reason, rules and terms, amount and month, credit bureaus, time to restore.

Regulation.md §1 (RGC, Res. Anatel 765/2023). What it says is the law's, so it is not a template that somebody could empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

from malha.billing.models import Charge
from malha.billing.services import payments
from malha.customers.models import Address, Customer
from malha.domain.dunning import decide
from malha.domain.money import Money
from malha.domain.receiving import Owed
from malha.dunning import facts
from malha.dunning.facts import Known
from malha.dunning.models import Notice, NoticeKind
from malha.dunning.queries import default_policy


@dataclass(frozen=True)
class Letter:
    """One letter. Amounts are those of the day it is written. `block_on`, `terminate_on`: not before that day."""

    notice: Notice
    customer: Customer
    address: Address
    contract_number: int
    charge: Charge
    written_on: date
    owed: Owed | None
    days_notice: int
    days_termination: int
    block_on: date | None
    blocked_on: date | None
    terminate_on: date | None

    @property
    def is_termination(self) -> bool:
        """The second notice, before the end of the contract."""
        return self.notice.kind == NoticeKind.TERMINATION

    @property
    def total(self) -> Money:
        """To pay on the day of the letter, fine and interest included."""
        return self.owed.total if self.owed else self.charge.total


def letters(notices: Sequence[Notice], today: date) -> list[Letter]:
    """The letters of these notices in their order, in a constant number of statements.

    `notices` come with `pendency__contract__customer__address` and `charge`.
    """
    policy = default_policy()
    rules = facts.rules(policy)
    contracts = {row.pendency.contract_id: row.pendency.contract for row in notices}
    known = {one.contract.pk: one for one in facts.read(list(contracts.values()), policy)}
    charges = {row.charge_id: row.charge for row in notices}
    owed = {part.key: part for part in payments.due_on(list(charges.values()), today)}
    found = []
    for notice in notices:
        contract = notice.pendency.contract
        ahead = decide(known[contract.pk].situation, rules, today).ahead
        terminate_on = _termination(notice, known[contract.pk], policy.days_notice_to_block, policy.termination_after_days, today)
        found.append(
            Letter(
                notice=notice,
                customer=contract.customer,
                address=contract.service_address or contract.customer.address,
                contract_number=contract.number,
                charge=notice.charge,
                written_on=today,
                owed=owed.get(notice.charge_id),
                days_notice=policy.days_notice_to_block,
                days_termination=policy.termination_after_days,
                block_on=ahead.block_on,
                blocked_on=known[contract.pk].situation.blocked_on,
                terminate_on=terminate_on,
            )
        )
    return found


def _termination(notice: Notice, known: Known, days_notice: int, days_blocked: int, today: date) -> date | None:
    """The first day of a termination, if the letter is delivered today."""
    blocked_on = known.situation.blocked_on
    if notice.kind != NoticeKind.TERMINATION or blocked_on is None:
        return None
    return max(blocked_on + timedelta(days=days_blocked), today + timedelta(days=days_notice))


def title(letter: Letter) -> str:
    """What the letter is."""
    return _("Notice of termination of the contract") if letter.is_termination else _("Notice of debt and suspension of the service")


def paragraphs(letter: Letter) -> list[str]:
    """The letter in sentences, without the address."""
    words = {
        "contract": letter.contract_number,
        "number": letter.charge.number,
        "month": formats.date_format(letter.charge.due_date, r"F \d\e Y").lower(),
        "due": _day(letter.charge.due_date),
        "written": _day(letter.written_on),
        "total": letter.total.format_brl(),
        "days": letter.days_notice,
        "sixty": letter.days_termination,
        "block": _day(letter.block_on),
        "blocked": _day(letter.blocked_on),
        "terminate": _day(letter.terminate_on),
    }
    first = _("Charge %(number)s of %(month)s, of contract %(contract)s, fell due on %(due)s and its payment has not arrived yet.") % words
    return [first, _amount(letter, words), *(_termination_terms(words) if letter.is_termination else _suspension_terms(words)), *_rights()]


def _amount(letter: Letter, words: dict[str, object]) -> str:
    owed = letter.owed
    if owed is None or not (owed.fine or owed.interest):
        return _("To pay: %(total)s.") % words
    parts = {"principal": owed.principal.format_brl(), "fine": owed.fine.format_brl(), "interest": owed.interest.format_brl()}
    text = _("To pay on %(written)s: %(total)s (%(principal)s, fine of %(fine)s, interest of %(interest)s). Interest runs by the day.")
    return text % {**words, **parts}


def _suspension_terms(words: dict[str, object]) -> list[str]:
    found = []
    if words["block"] != "—":
        found.append(
            _("Without the payment the internet is suspended from %(block)s on, never sooner than %(days)s days after this notice.") % words
        )
    found.append(
        _("After %(sixty)s days of suspension, and another notice, the contract may be terminated.") % words
        + " "
        + _("After the termination the debt may be entered in credit bureaus; that too is told in writing before.")
    )
    return found


def _termination_terms(words: dict[str, object]) -> list[str]:
    return [
        _("The service is suspended since %(blocked)s. If nothing is paid, the contract is terminated for lack of payment.") % words,
        _("That will not be before %(terminate)s, nor before %(days)s days after you got this notice.") % words,
        _("After the termination the debt may be entered in credit bureaus; that too is told in writing before."),
    ]


def _rights() -> list[str]:
    return [
        _("Once we know of the payment, the service comes back within 1 day at most, without any fee for it."),
        _("If you have paid or do not agree with the amount, talk to us: while an amount is contested, nothing is suspended for it."),
    ]


def content(letter: Letter) -> str:
    """The letter as it is kept with the notice that it delivered."""
    return "\n\n".join([title(letter), *paragraphs(letter)])


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "—"
