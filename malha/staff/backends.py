"""Is this the person's password?"""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from malha.staff.models import User


class StaffBackend(BaseBackend):
    """Compares the password and nothing else; whether the person may come in now is `staff.door.sign_in`'s question.

    The login is found whatever the case of its letters. An unknown login costs as much time as a wrong password, so that the
    clock does not tell which logins exist.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or not password:
            return None
        user = User.objects.filter(username__iexact=username.strip()).first()
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
