"""The notice page in words: what the provider may change, with the built-in text behind it, and what the law asks, which stays."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.core.models import Company
from malha.domain.money import Money
from malha.dunning.models import NoticeTexts
from malha.reports.notice_page import Kind, Line, NoticePage


@dataclass(frozen=True, slots=True)
class Words:
    """Title, what happened, and how to pay."""

    title: str
    story: str
    how_to_pay: str


@dataclass(frozen=True, slots=True)
class Brand:
    """Who speaks: name, colour, logo as the address of an image (empty: none), and how to reach them. Phones are E.164."""

    name: str
    colour: str
    logo: str
    phone: str
    whatsapp: str
    email: str


def built_in() -> dict[str, str]:
    """What the page says where the provider has no text of its own, by the field of `NoticeTexts`."""
    return {
        "pending_title": _("Your charge is overdue"),
        "pending_text": _("Your internet keeps working. Pay to avoid the block."),
        "blocked_title": _("Your internet is blocked"),
        "blocked_text": _("As soon as it arrives, the internet comes back by itself."),
        "how_to_pay": _("Pay at our office, or ask us for the payment data through one of the contacts below."),
    }


def _text(texts: NoticeTexts, name: str) -> str:
    return getattr(texts, name) or built_in()[name]


def words(page: NoticePage, texts: NoticeTexts) -> Words:
    """What the page says."""
    return Words(_title(page.kind, texts), _story(page, texts), _text(texts, "how_to_pay"))


def brand(company: Company | None, texts: NoticeTexts) -> Brand:
    """The provider as the page shows it. Without a WhatsApp number of its own the page has no such button."""
    logo = f"data:{texts.logo_type};base64,{texts.logo}" if texts.logo else ""
    if company is None:
        return Brand("Malha", texts.brand_color, logo, "", texts.whatsapp, "")
    return Brand(company.display_name, texts.brand_color, logo, company.phone, texts.whatsapp, company.email)


def _title(kind: Kind, texts: NoticeTexts) -> str:
    match kind:
        case Kind.BLOCKED:
            return _text(texts, "blocked_title")
        case Kind.PENDING:
            return _text(texts, "pending_title")
        case Kind.SUSPENDED:
            return _("Your internet is suspended at your request")
        case Kind.TRUSTED:
            return _("Your internet is released in trust")
        case Kind.NEUTRAL:
            return _("Everything is right with your charge")


def _story(page: NoticePage, texts: NoticeTexts) -> str:
    """What happened and what happens next."""
    match page.kind:
        case Kind.BLOCKED if not page.lines:
            return _addressed(page, _("The block was made by us. Talk to us to browse again."))
        case Kind.BLOCKED:
            return _joined(_debt(page), _text(texts, "blocked_text"))
        case Kind.PENDING:
            is_slow = page.is_reduced and not texts.pending_text
            own = _("Until then the speed is reduced.") if is_slow else _text(texts, "pending_text")
            return _joined(_debt(page), own, _days_left(page))
        case Kind.SUSPENDED:
            return _joined(_suspension(page), _("To come back before that, talk to us."))
        case Kind.TRUSTED:
            until = _("You can browse until %(day)s.") % {"day": _day(page.until)} if page.until else ""
            return _joined(until, _("The charge stays open: pay it to keep browsing after that."))
        case Kind.NEUTRAL:
            return _("If you cannot browse all the same, wait a minute and try again, or talk to us.")


def _debt(page: NoticePage) -> str:
    if not page.lines:
        return ""
    first = page.lines[0]
    if len(page.lines) == 1:
        sentence = _("the charge of %(month)s fell due on %(day)s and the payment has not arrived yet.") % {
            "month": formats.date_format(first.due_date, "F").lower(),
            "day": _day(first.due_date),
        }
    else:
        sentence = _("%(count)s charges are overdue, the oldest one since %(day)s, and the payment has not arrived yet.") % {
            "count": len(page.lines),
            "day": _day(first.due_date),
        }
    return _addressed(page, sentence)


def _suspension(page: NoticePage) -> str:
    if page.since and page.until:
        days = {"since": _day(page.since), "until": _day(page.until)}
        sentence = _("you asked for the suspension from %(since)s until %(until)s.") % days
    elif page.since:
        sentence = _("you asked for the suspension, which holds since %(since)s.") % {"since": _day(page.since)}
    else:
        sentence = _("you asked for the suspension.")
    return _addressed(page, sentence)


def _days_left(page: NoticePage) -> str:
    return _("Without the payment, the internet is blocked on %(day)s.") % {"day": _day(page.block_on)} if page.block_on else ""


def days_left(page: NoticePage, today: date) -> str:
    """How long until the block, for the tag beside the title; empty when none will come."""
    days = (page.block_on - today).days if page.kind is Kind.PENDING and page.block_on else 0
    return ngettext("%(n)s day until the block", "%(n)s days until the block", days) % {"n": days} if days > 0 else ""


def _addressed(page: NoticePage, sentence: str) -> str:
    """`Cleber, a fatura …`; without a name the sentence begins with a capital."""
    return f"{page.first_name}, {sentence[:1].lower()}{sentence[1:]}" if page.first_name else f"{sentence[:1].upper()}{sentence[1:]}"


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def example(kind: Kind, today: date) -> NoticePage:
    """A believable page for the preview in the settings."""
    due = today - timedelta(days=19 if kind is Kind.BLOCKED else 5)
    noticed = due + timedelta(days=3)
    line = Line(due, Money(8990), Money(180), Money(57), Money(9227))
    block_on = noticed + timedelta(days=15)
    return NoticePage(
        kind=kind,
        first_name="Cleber",
        lines=(line,),
        can_be_trusted=kind is Kind.BLOCKED,
        noticed_on=noticed,
        blocked_on=block_on if kind is Kind.BLOCKED else None,
        block_on=block_on if kind is Kind.PENDING else None,
        terminate_on=block_on + timedelta(days=60),
    )
