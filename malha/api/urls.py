"""Paths of the door for programs."""

from typing import Any

from django.urls import path, reverse
from ninja import NinjaAPI

from malha.api import errors, webhooks
from malha.api.v1 import accesses, billing, booklets, charges, contracts, customers, dunning, payments, plans

app_name = "api"


class Version(NinjaAPI):
    """One version of the API, nested under this door's own name."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """The address of this version, for the OpenAPI document."""
        return reverse(f"{app_name}:{self.urls_namespace}:api-root", kwargs=path_params)


v1 = Version(
    title="Malha",
    version="1.0.0",
    description="Customers, contracts, accesses, charges, payments, plans and routers of an internet provider.",
    urls_namespace="v1",
    docs_url=None,
)
errors.install(v1)
v1.add_router("/customers", customers.router)
v1.add_router("/sign-ups", customers.sign_ups)
v1.add_router("/contracts", contracts.router)
v1.add_router("/accesses", accesses.router)
v1.add_router("/charges", charges.router)
v1.add_router("/payments", payments.router)
v1.add_router("/booklets", booklets.router)
v1.add_router("/agreements", booklets.agreements)
v1.add_router("/billing", billing.router)
v1.add_router("/dunning", dunning.router)
v1.add_router("/plans", plans.router)
v1.add_router("/routers", plans.routers)

urlpatterns = [
    path("v1/", v1.urls),
    path("webhooks/<str:key>", webhooks.webhook, name="webhook"),
    path("webhooks/<str:key>/<path:rest>", webhooks.webhook, name="webhook_below"),
    path("<path:rest>", errors.nowhere),
    path("", errors.nowhere),
]
