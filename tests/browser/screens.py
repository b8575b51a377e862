"""Every page of the product, found as a person finds them: by following links from the first one on; and the corners no link leads to."""

import html
import json
import re
from collections import deque
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.backoffice.walk import places
from tests.browser.product import Product

LEAVES = ("/sair/",)
PUBLIC = ("/entrar/", "/primeiro-acesso/")
CORNERS = "from tests.browser.corners import made; print(made())"
_NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")
_PARAMETER = re.compile(r"<int:\w+>")

# What no browser stands on: answers to a POST, fragments, files, and the doors in and out.
NO_SCREENS = frozenset(
    """
    access_badge access_reveal agreement_preview attachment attachment_new booklet_pdf cash_account_default cash_account_restore
    cash_account_retire cash_categories_standard cash_category_restore cash_category_retire cash_closing_paper cash_export
    cash_export_totals charge_copy_pdf charge_new_preview charges_export contract_document contract_print customer_document
    customer_new_cep customer_new_check customer_new_draft customer_new_summary customer_receive_follow customers_columns
    customers_export customers_forget_view customers_keep_view dashboard_export end_other_sessions end_session logout note_pin
    note_remove notice_letters_pdf notices_print payables_export plan_archive plan_restore divergences_preview gateway_error_retry
    gateway_test gateway_webhook receipt_pdf receipt_undo
    rehearsal_export report_export router_base_apply router_base_read router_deactivate router_pool_forget router_reactivate router_read
    router_remove router_resume router_test settings_ladder supplier_archive supplier_restore template_activate template_deactivate
    template_default template_preview theme token_revoke user_deactivate user_end_sessions user_reactivate user_reset_password
    """.split()
)
# Questions about ticked rows: they answer to a POST only, and are looked at where they are asked (test_questions.py).
QUESTIONS = frozenset(
    """
    charges_cancel charges_postpone customers_due_day notices_deliver rehearsal_approve rehearsal_free rehearsal_hold
    terminations_prepare connection_disconnect
    """.split()
)


def screens(page: Page, product: Product) -> dict[str, str]:
    """One address for each kind of page, by its pattern (numbers replaced): all that are linked, and all without parameters.

    Corners (`corners.made`) are all looked at, by their path, and must answer.
    """
    corners: list[str] = json.loads(product.inside(CORNERS))
    waiting = deque(["/", *(place.path() for place in places() if not place.has_parameters), *corners])
    found: dict[str, str] = {}
    seen: set[str] = set()
    while waiting:
        path = waiting.popleft()
        pattern = path if path in corners else pattern_of(path)
        if pattern in seen or pattern in LEAVES:
            continue
        seen.add(pattern)
        answer = page.request.get(product.address + path)
        assert answer.status == 200 or path not in corners, (path, answer.status)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        text = answer.text()
        if "<html" not in text:
            continue  # a fragment
        found[pattern] = urlsplit(answer.url).path + (f"?{urlsplit(path).query}" if urlsplit(path).query else "")
        waiting.extend(html.unescape(href) for href in re.findall(r'href="(/[^"#]*)"', text) if not href.startswith("/static/"))
    return found


def pattern_of(path: str) -> str:
    """`/clientes/N/editar/` of `/clientes/7/editar/`."""
    return _NUMBER.sub("N", urlsplit(path).path)


def missing(found: dict[str, str]) -> list[str]:
    """Places that are screens and were not found. A new one is linked, or is put among the corners."""
    patterns = {pattern_of(path) for path in found}
    wanted = {f"/{_PARAMETER.sub('N', place.route)}": place.name.rpartition(":")[2] for place in places()}
    known = NO_SCREENS | QUESTIONS
    return [pattern for pattern, name in wanted.items() if name not in known and not _is_there(pattern, patterns)]


def _is_there(pattern: str, patterns: set[str]) -> bool:
    """`/relatorios/<slug:slug>/` is there when one report is."""
    if "<" not in pattern:
        return pattern in patterns
    wanted = re.compile(re.sub(r"<[^>]*>", "[a-z-]+", pattern))
    return any(wanted.fullmatch(one) for one in patterns)
