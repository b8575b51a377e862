"""A program with a key."""

import json
from typing import Any

import pytest
from django.test import Client

from malha.core.history import SYSTEM
from malha.staff import tokens
from tests import make


class Program:
    """Speaks JSON with a bearer token."""

    def __init__(self, *scopes: str, **token: Any) -> None:
        self.token, self.secret = tokens.create(
            name="Portal do site", scopes=scopes or tokens.SCOPES, by=make.user(), actor=SYSTEM, **token
        )
        self.client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body if body is not None else {}, **headers)

    def walk(self, path: str, limit: int = 2) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        seen: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{'&cursor=' + cursor if cursor else ''}").json()
            seen += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return seen


@pytest.fixture
def program(db):
    make.company()
    return Program()


def sign_up_body(**values: Any) -> dict[str, Any]:
    """The minimum of the seed."""
    return {
        "name": "Rosa Maria Duarte",
        "due_day": 20,
        "login": "rosa.duarte",
        "password": make.PASSWORD,
        "router": make.router().name,
        "plan": make.plan().pk,
        **values,
    }
