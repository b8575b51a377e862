"""How tests come to a form."""

from playwright.sync_api import Page, expect

from tests.browser.product import Product


def new_customer(page: Page, product: Product) -> None:
    """The new-customer page, empty: a draft that an earlier test left is thrown away as a person does it."""
    page.goto(f"{product.address}/clientes/novo/")
    discard = page.get_by_role("button", name="Descartar")
    if discard.is_visible():
        discard.click()
    expect(page.locator("[name=customer-name]")).to_have_value("")
