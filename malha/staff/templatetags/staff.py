"""Asking the permission table from a template."""

from typing import Any

from django import template

from malha.staff.models import User

register = template.Library()


@register.filter
def can(user: Any, code: str) -> bool:
    """`{% if user|can:"customers.edit" %}`; nobody logged in may do nothing."""
    return isinstance(user, User) and user.can(code)
