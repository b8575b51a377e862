"""`bin/malha rotate_keys`: after a new key was put first into a ring, bring every stored secret under it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from malha.core.crypto import UnreadableSecret
from malha.core.key_rotation import rotate


class Command(BaseCommand):
    help = "Re-encrypts every stored secret under the first key of its ring, so that older keys can be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = rotate()
        except UnreadableSecret as trouble:
            raise CommandError(f"{trouble}: put that key back into the ring and try again.") from trouble
        for column, count in changed.items():
            self.stdout.write(f"{column}: {count}")
