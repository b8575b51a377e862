"""Every page of the product, found as a person finds them: by following links from the first one on."""

import re
from collections import deque
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.backoffice.walk import places
from tests.browser.product import Product

LEAVES = ("/sair/",)
PUBLIC = ("/entrar/", "/primeiro-acesso/")
_NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")


def screens(page: Page, product: Product) -> dict[str, str]:
    """One address for each kind of page, by its pattern (numbers replaced): all that are linked, and all without parameters."""
    waiting = deque(["/", *(place.path() for place in places() if not place.has_parameters)])
    found: dict[str, str] = {}
    seen: set[str] = set()
    while waiting:
        path = waiting.popleft()
        pattern = _NUMBER.sub("N", urlsplit(path).path)
        if pattern in seen or pattern in LEAVES:
            continue
        seen.add(pattern)
        answer = page.request.get(product.address + path)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        text = answer.text()
        if "<html" not in text:
            continue  # a fragment
        found[pattern] = urlsplit(answer.url).path + (f"?{urlsplit(path).query}" if urlsplit(path).query else "")
        waiting.extend(href for href in re.findall(r'href="(/[^"#]*)"', text) if not href.startswith("/static/"))
    return found
