"""The helpers for list and form pages: what stands in the URL, what htmx gets, what a refusal does."""

from typing import Any

import pytest
from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from malha.backoffice.generic import Column, FormPage, ListPage, Page
from malha.core.errors import BusinessError
from malha.customers.models import CustomerGroup

pytestmark = pytest.mark.django_db


class GroupList(ListPage[CustomerGroup]):
    permission = "customers.view"
    template_name = "backoffice/home.html"
    partial_template = "ui/_pagination.html"
    default_order = "name"
    columns = (Column("name", "Nome", order=("name",)), Column("secret", "Outro"), Column("actions", "Ações", is_hidden_label=True))
    per_page = 2

    def get_queryset(self) -> QuerySet[CustomerGroup]:
        return CustomerGroup.objects.all()


class NameForm(forms.Form):
    name = forms.CharField()


class NamePage(FormPage):
    permission = "customers.edit"
    template_name = "backoffice/home.html"
    form_class = NameForm

    def save(self, form: Any) -> str:
        if form.cleaned_data["name"] == "taken":
            raise BusinessError("taken", "Já existe.", fields={"name": "Já existe."})
        return "/done/"


class Recorded:
    """Keeps the context of the page instead of drawing it."""

    def answer(self, status: int = 200, **context: Any) -> HttpResponse:
        self.context = context
        return HttpResponse(status=status)


class RecordedList(Recorded, GroupList):
    permission = "customers.view"


class RecordedForm(Recorded, NamePage):
    permission = "customers.edit"


def run(page: Any, path: str = "/", data: dict[str, str] | None = None, **headers: str) -> tuple[Any, HttpResponse]:
    factory = RequestFactory(headers=headers)
    request = factory.get(path) if data is None else factory.post(path, data)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    page.setup(request)
    return page, page.dispatch(request)


def names(page: Any) -> list[str]:
    return [group.name for group in page.context["rows"]]


@pytest.fixture
def groups() -> None:
    CustomerGroup.objects.bulk_create(CustomerGroup(name=name) for name in ("b", "c", "a"))


def test_a_list_is_sorted_and_paged_by_its_url(groups: None) -> None:
    assert names(run(RecordedList())[0]) == ["a", "b"]
    assert names(run(RecordedList(), "/?page=2")[0]) == ["c"]
    assert names(run(RecordedList(), "/?order=-name")[0]) == ["c", "b"]


@pytest.mark.parametrize("query", ["order=secret", "order=pk", "order=--name", "page=0", "page=x", "order="])
def test_nonsense_in_the_url_falls_back(groups: None, query: str) -> None:
    page, response = run(RecordedList(), f"/?{query}")

    assert response.status_code == 200
    assert names(page)


def test_a_click_on_the_sorted_column_turns_it_round(groups: None) -> None:
    first, other, hidden = run(RecordedList())[0].headers()

    assert (first.direction, first.order) == ("ascending", "-name")
    assert (other.direction, other.order) == ("", "")
    assert hidden.is_hidden_label
    assert run(RecordedList(), "/?order=-name")[0].headers()[0].order == "name"


def test_htmx_gets_the_part_and_a_restored_page_the_whole() -> None:
    assert run(RecordedList(), **{"HX-Request": "true"})[0].wants_part()
    assert not run(RecordedList())[0].wants_part()
    assert not run(RecordedList(), **{"HX-Request": "true", "HX-History-Restore-Request": "true"})[0].wants_part()


def test_the_part_is_not_kept_for_the_page() -> None:
    page = type("One", (Page,), {"permission": "home.view", "template_name": "ui/_logo.html"})()
    request = RequestFactory().get("/")
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    page.setup(request)

    assert "HX-Request" in page.answer()["Vary"]


def test_a_right_form_leaves_and_a_wrong_one_answers_422() -> None:
    assert run(RecordedForm(), data={"name": "new"})[1]["Location"] == "/done/"
    assert run(RecordedForm(), data={"name": ""})[1].status_code == 422


def test_what_the_service_refuses_stands_on_the_form() -> None:
    page, response = run(RecordedForm(), data={"name": "taken"})

    assert response.status_code == 422
    assert page.context["form"].errors["name"] == ["Já existe."]


def test_htmx_leaves_for_the_other_page_as_a_whole() -> None:
    response = run(RecordedForm(), data={"name": "new"}, **{"HX-Request": "true"})[1]

    assert response["HX-Redirect"] == "/done/"
