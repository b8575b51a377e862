"""Documents on A4: the same HTML as a page that the browser prints and as a PDF."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from malha.core import pdf
from malha.core.errors import BusinessError
from malha.staff.requests import StaffRequest

FOLDER = "charges/print"


def page(request: StaffRequest, name: str, context: Mapping[str, Any], *, back: str, pdf_url: str) -> HttpResponse:
    """The document with a bar that is not printed. `?imprimir=1` opens the browser's print dialog by itself."""
    bar = {"is_screen": True, "back": back, "pdf_url": pdf_url if pdf.is_available() else "", "now": request.GET.get("imprimir")}
    response = render(request, f"{FOLDER}/{name}.html", {**context, **bar, "company": request.company})
    response["Cache-Control"] = "no-store"
    return response


def as_pdf(request: StaffRequest, name: str, context: Mapping[str, Any], *, back: str, filename: str) -> HttpResponse:
    """The same as a file. Without the library that makes PDFs it says so and shows the page."""
    html = render_to_string(f"{FOLDER}/{name}.html", {**context, "company": request.company})
    try:
        content = pdf.render(html, style="paper")
    except BusinessError as refusal:
        messages.error(request, refusal.message)
        return redirect(back)
    headers = {"Content-Disposition": f'inline; filename="{filename}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
