"""A page that is one document: its style stands in it and the browser lets it in by its hash (design/README.md §1 "CSP", §4).

For pages that must open over a line on which nothing else comes through. Drawn without the request: no cookie, no session, no shell.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

# A form's answer may lead to the site that was asked for, and browsers hold redirects after a form against form-action too.
ANYWHERE: Final = "'self' http: https:"


def answer(
    template: str,
    context: Mapping[str, Any],
    *,
    style: str,
    style_context: Mapping[str, Any],
    form_action: str = ANYWHERE,
    frame_ancestors: str = "'none'",
    status: int = 200,
) -> HttpResponse:
    """The document. `style`: a template that gives CSS; what `style_context` brings into it must have been checked before."""
    css = render_to_string(style, dict(style_context)).strip()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    response = HttpResponse(render_to_string(template, {**context, "style": mark_safe(css)}), status=status)
    response["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{digest}'",
            "img-src data:",
            f"form-action {form_action}",
            "base-uri 'none'",
            f"frame-ancestors {frame_ancestors}",
        )
    )
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
