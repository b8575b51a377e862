"""A real browser before the real product. Every test here carries the mark `browser`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.product import Product

# Without these Chromium looks for its maker's servers at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
DESKTOP, PHONE = (1440, 900), (390, 844)
OUT = Path(__file__).parent / "out"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demo provider, running."""
    running = Product(tmp_path_factory.mktemp("malha")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A demo provider whose clock may be moved: no test of another day lives in it.

    Behind a proxy, because a test has no other way to come from a subscriber's address.
    """
    running = Product(tmp_path_factory.mktemp("moving"), settings={"MALHA_BEHIND_PROXY": "true"}).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=os.environ.get("MALHA_CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        yield chromium
        chromium.close()


def context_of(browser: Browser, size: tuple[int, int] = DESKTOP, *, dark: bool = False, scripts: bool = True) -> BrowserContext:
    """A fresh browser without cookies."""
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        locale="pt-BR",
        timezone_id="America/Sao_Paulo",
        reduced_motion="reduce",
    )


def log_in(page: Page, product: Product, username: str = "admin") -> None:
    """Through the door, as a person does."""
    page.goto(f"{product.address}/entrar/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", product.people[username]["password"])
    page.click("button[type=submit]:visible")
    page.wait_for_url(lambda url: "/entrar/" not in url)


@pytest.fixture
def page(product: Product, browser: Browser) -> Iterator[Page]:
    """A desktop browser, logged in as the administrator. What the page complains about on the console fails the test."""
    context = context_of(browser)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(opened, product)
    yield opened
    context.close()
    # The browser itself reports every 4xx answer as an error; a refused form is not one.
    assert [text for text in complaints if "status of 4" not in text] == []
