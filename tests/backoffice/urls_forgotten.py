"""The product's URLs and one whose author forgot to say who may open it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from malha.config.urls import handler403, urlpatterns

__all__ = ["handler403", "urlpatterns"]


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("segredo")


urlpatterns = [*urlpatterns, path("esquecida/", forgotten)]
