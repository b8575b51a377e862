"""The notice page as an answer, and its text as it is kept with a notice that it delivered."""

import re
from html import unescape
from typing import Final

from django.core import signing
from django.http import HttpResponse
from django.utils.html import strip_tags

from malha.core import clock, company, one_document
from malha.domain.text import collapse_spaces
from malha.dunning.queries import notice_texts
from malha.journeys import trust
from malha.portal.asked import Asked
from malha.reports import notice_words
from malha.reports.notice_page import Caller, NoticePage

_SALT: Final = "malha.portal.button"
_SECONDS: Final = 60 * 60
_MAIN = re.compile(r"<main>(.*)</main>", re.DOTALL)
_BUTTONS = re.compile(r"<(form|svg)\b.*?</\1>", re.DOTALL)
_LONGEST: Final = 4000


def answer(caller: Caller, page: NoticePage, site: Asked) -> HttpResponse:
    """The page for this caller."""
    texts = notice_texts()
    brand = notice_words.brand(company.find(), texts)
    context = {
        "page": page,
        "words": notice_words.words(page, texts),
        "days_left": notice_words.days_left(page, clock.today()),
        "brand": brand,
        "offer": trust.offer(caller.contract) if caller.contract and page.can_be_trusted else None,
        "silent_until": caller.silent_until,
        "asked": site,
        "token": seal(caller),
    }
    style = {"colour": brand.colour}
    return one_document.answer("portal/notice/page.html", context, style="portal/notice/style.css", style_context=style)


def text_of(response: HttpResponse) -> str:
    """What a person reads on it, without the buttons."""
    main = _MAIN.search(response.content.decode())
    return collapse_spaces(unescape(strip_tags(_BUTTONS.sub(" ", main[1]).replace("<", " <"))))[:_LONGEST] if main else ""


def seal(caller: Caller) -> str:
    """What the buttons of the page carry instead of a session: for which contract and which address it was drawn."""
    return signing.dumps([caller.contract.pk, caller.ip], salt=_SALT) if caller.contract else ""


def is_for(token: str, caller: Caller) -> bool:
    """Was the page that carries this token drawn for this caller, within the hour?"""
    try:
        made_for = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return False
    return caller.contract is not None and made_for == [caller.contract.pk, caller.ip]
