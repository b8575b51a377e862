"""Drawing the new-customer page, whole or the part that htmx swaps."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from malha.backoffice.customers import hints, summary
from malha.backoffice.customers.sign_up_form import SignUpForm
from malha.backoffice.submission import fresh_token
from malha.core import clock
from malha.customers import queries
from malha.domain.documents import is_valid_document, strip_punctuation
from malha.reports import sign_up as reading
from malha.staff.requests import StaffRequest

FOLDER = "backoffice/customers"


def form_of(request: StaffRequest, data: QueryDict, *, insisting_on: int | None = None) -> SignUpForm:
    """The page's forms around what was posted."""
    if not _is_token(data.get("token", "")):
        data["token"] = fresh_token()
    choices = reading.choices(request.company, queries.visible_groups(request.user))
    return SignUpForm(data, user=request.user, choices=choices, insisting_on=insisting_on)


def _is_token(token: str) -> bool:
    """Is it one of ours by its shape?"""
    return 16 <= len(token) <= 64 and token.replace("-", "").replace("_", "").isalnum() and token.isascii()


def context_of(request: StaffRequest, form: SignUpForm, **more: Any) -> dict[str, Any]:
    """What every template of the page gets."""
    today = clock.today()
    problems = form.problems() if form.is_checked else form.blanks()
    document = strip_punctuation(str(form.customer["cpf_cnpj"].value() or ""))
    visible = queries.visible_groups(request.user)
    returning = reading.record(form.returning_id, visible) if form.returning_id else None
    duplicates = reading.duplicates(document, visible) if not returning and is_valid_document(document) else []
    return {
        "form": form,
        "summary": summary.of(form, today=today, holidays=reading.local_holidays(today)),
        "steps": summary.steps(form, problems),
        "problems": problems,
        "is_wrong": form.is_checked and any(not problem.is_missing for problem in problems),
        "returning": returning,
        "duplicates": [(row, may_take(form, row), customer_url(row.number)) for row in duplicates],
        "list_url": reverse("backoffice:customers"),
        **more,
    }


def draw(request: StaffRequest, form: SignUpForm, *, part: str = "", status: int = 200, **more: Any) -> HttpResponse:
    """The whole page; for htmx only the `part` that a button changes."""
    hints.put(form)
    wants_part = bool(part and request.htmx)
    context = context_of(request, form, is_part=wants_part, **more)
    problems = context["problems"] if status == 422 else []
    if "focus" in more and (wanted := form.bound(more["focus"])):
        wanted.field.widget.attrs["autofocus"] = True
    if problems:
        first = form.bound(problems[0].name)
        if first is not None:
            first.field.widget.attrs["autofocus"] = True
        context.setdefault("show_access", problems[0].access)
        context["open_folds"] = {problem.fold for problem in problems}
    return render(request, f"{FOLDER}/{part if wants_part else 'new.html'}", context, status=status)


def may_take(form: SignUpForm, row: reading.Duplicate) -> bool:
    """May this person change that record? A salesperson only their own."""
    return not form.sells_only_own or row.seller_id == form.user.pk


def customer_url(number: int) -> str:
    """The page of a customer."""
    return reverse("backoffice:customer", args=[number])

