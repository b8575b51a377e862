"""HTML to PDF by WeasyPrint. Its system library (Pango) may be missing: then this one feature is off and says so."""

import logging
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from malha.core.errors import BusinessError

try:
    import weasyprint
except OSError as error:  # the wheel is there, Pango is not
    weasyprint = None
    logging.getLogger(__name__).warning("PDF is off: %s", error)

STYLES = Path(__file__).parent / "print"
INSTALL_LINE = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def is_available() -> bool:
    """Whether this machine can make PDFs."""
    return weasyprint is not None


def render(html: str, *, style: str) -> bytes:
    """A whole HTML document as PDF, with the style sheet `core/print/<style>.css`. Nothing is ever fetched but `data:` addresses.

    Raises BusinessError("pdf_unavailable") when the system library is missing.
    """
    if weasyprint is None:
        raise BusinessError(
            "pdf_unavailable", _("This machine cannot make PDFs yet. Ask whoever runs it to install: %(line)s") % {"line": INSTALL_LINE}
        )
    sheet = weasyprint.CSS(string=(STYLES / f"{style}.css").read_text(encoding="utf-8"))
    made: bytes = weasyprint.HTML(string=html, url_fetcher=_refuse_network).write_pdf(stylesheets=[sheet])
    return made


def _refuse_network(url: str, *args: Any, **kwargs: Any) -> Any:
    if not url.startswith("data:"):
        raise ValueError("a document may not fetch anything")
    return weasyprint.default_url_fetcher(url, *args, **kwargs)
