"""What holds for every page: nobody is shut out (WCAG 2.2 AA by axe-core), nothing scrolls sideways, nothing is heavy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, context_of, log_in
from tests.browser.product import Product
from tests.browser.screens import PUBLIC, missing, screens

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
MAX_BYTES, MAX_REQUESTS = 200_000, 12  # design/README.md §1, budgets
MAX_NODES = 1_200 + 900  # fifty rows, and the page around them


# What a change of the theme can change: everything else is looked at once per width.
COLOURS = ["color-contrast", "link-in-text-block"]


def violations(page: Page, theme: str) -> list[str]:
    """What axe finds on the page as it stands, one line per rule with the first element."""
    found = page.evaluate(RUN, RULES if theme == "light" else COLOURS)["violations"]
    return [f"{rule['id']}: {rule['help']} — {rule['nodes'][0]['html'][:160]}" for rule in found]


def looks(page: Page) -> list[str]:
    """Violations and sideways scrolling in both themes at both widths. The window is left as wide as it was."""
    wrong, before = [], page.viewport_size
    page.evaluate(AXE)
    for width, height in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.evaluate("theme => document.documentElement.setAttribute('data-bs-theme', theme)", theme)
            wrong += [f"{width} {theme} {line}" for line in violations(page, theme)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{width} scrolls sideways")
    if before:
        page.set_viewport_size(before)
    return wrong


@pytest.fixture(scope="module")
def found(product: Product, browser: Browser) -> Iterator[dict[str, str]]:
    """All screens."""
    context = context_of(browser)
    page = context.new_page()
    log_in(page, product)
    yield screens(page, product)
    context.close()


def test_no_screen_is_forgotten(found: dict[str, str]):
    assert missing(found) == []


def test_every_screen_is_open_to_everybody(page: Page, product: Product, found: dict[str, str]):
    wrong = []
    for path in found.values():
        page.goto(product.address + path)
        wrong += [f"{path} {line}" for line in looks(page)]
    assert wrong == []


def test_the_door_is_open_to_everybody(product: Product, browser: Browser):
    context = context_of(browser)
    page = context.new_page()
    wrong = []
    for path in PUBLIC:
        page.goto(product.address + path)
        wrong += [f"{path} {line}" for line in looks(page)]
    context.close()
    assert wrong == []


def test_every_screen_keeps_its_weight(product: Product, browser: Browser, found: dict[str, str]):
    context = context_of(browser)
    page = context.new_page()
    log_in(page, product)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    loads: list[int] = []
    asked: set[str] = set()  # a picture that stands in a style sheet as `data:` is loaded too, but asks nobody

    def on_ask(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            asked.add(event["requestId"])

    def on_end(event: dict[str, Any]) -> None:
        if event["requestId"] in asked:
            loads.append(int(event["encodedDataLength"]))

    wire.on("Network.requestWillBeSent", on_ask)
    wire.on("Network.loadingFinished", on_end)
    heavy = []
    for path in found.values():
        loads.clear()
        page.goto(product.address + path, wait_until="networkidle")
        nodes = page.evaluate("document.querySelectorAll('*').length")
        if sum(loads) > MAX_BYTES or len(loads) > MAX_REQUESTS or nodes > MAX_NODES:
            heavy.append(f"{path}: {sum(loads)} bytes, {len(loads)} requests, {nodes} nodes")
    context.close()
    assert heavy == []
