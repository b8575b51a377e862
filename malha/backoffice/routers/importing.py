"""*Importar do roteador*: what a router already has becomes drafts or links. First a rehearsal, then the deed."""

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from malha.backoffice.keys import keys
from malha.backoffice.routers.base import RouterPage
from malha.contracts.queries import plans_on_offer
from malha.journeys import router_import
from malha.journeys.router_import import ImportLine
from malha.staff.requests import StaffRequest

# Each login is a transaction of its own; more than this would keep the browser waiting.
AT_ONCE = 200


class ImportForm(forms.Form):
    """Due day of the new contracts, and a plan for each profile of the router."""

    due_day = forms.TypedChoiceField(
        label=_("Due day of the new contracts"), coerce=int, error_messages={"required": _("Choose the due day.")}
    )

    def __init__(self, *args: Any, profiles: list[tuple[str, int, Any]], offered: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_day"].choices = [(day, f"{day:02d}") for day in offered]  # type: ignore[attr-defined]
        plans = [("", _("Do not import")), *((plan.pk, plan.name) for plan in plans_on_offer())]
        self.profiles = [name for name, _count, _plan in profiles]
        for position, (name, count, plan) in enumerate(profiles):
            self.fields[f"plan_{position}"] = forms.TypedChoiceField(
                label=f"{name or '—'} ({count})",
                choices=plans,
                coerce=int,
                empty_value=None,
                required=False,
                initial=plan.pk if plan else "",
            )

    @property
    def plan_fields(self) -> list[Any]:
        return [self[f"plan_{position}"] for position in range(len(self.profiles))]

    def plans(self) -> dict[str, int]:
        """Plan by profile name; a profile without one is left out, which refuses its logins with a reason."""
        chosen = ((name, self.cleaned_data.get(f"plan_{position}")) for position, name in enumerate(self.profiles))
        return {name: plan for name, plan in chosen if plan}


class RouterImport(RouterPage):
    """Which logins, on which plans: *Simular* says what would happen, *Importar* does it for the ticked ones."""

    permission = "divergences.manage"
    template_name = "routers/import.html"
    tab = "router_divergences"

    def get(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(), router_import.rehearse(router=self.router))

    def post(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        ids = keys(request.POST.getlist("id"), limit=AT_ONCE)
        if not form.is_valid():
            return self.show(form, router_import.rehearse(router=self.router), ticked=ids, status=422)
        plans = form.plans()
        if request.POST.get("do") != "import":
            return self.show(form, router_import.rehearse(router=self.router, plans=plans), ticked=ids)
        if not ids:
            form.add_error(None, _("Tick the logins to import."))
            return self.show(form, router_import.rehearse(router=self.router, plans=plans), status=422)
        day = form.cleaned_data["due_day"]
        done = router_import.import_logins(router=self.router, ids=ids, plans=plans, due_day=day, actor=request.actor)
        return self.answer(done=done, counts=Counter(line.action for line in done))

    def form(self, data: Any = None) -> ImportForm:
        offered = self.request.company.offered_due_days or list(range(1, 29))
        return ImportForm(data, profiles=router_import.profiles(self.router), offered=offered)

    def show(self, form: ImportForm, lines: list[ImportLine], *, ticked: list[int] | None = None, status: int = 200) -> HttpResponse:
        """The rehearsal. Whatever can be imported is ticked until the person says otherwise."""
        shown = lines[:AT_ONCE]
        chosen = set(ticked) if ticked is not None else {line.divergence_id for line in shown}
        return self.answer(
            status,
            form=form,
            lines=[(line, line.action in (router_import.CREATE, router_import.LINK) and line.divergence_id in chosen) for line in shown],
            counts=Counter(line.action for line in lines),
            total=len(lines),
            at_once=AT_ONCE,
        )
