"""`bin/malha create_admin`: the one-time link of the first set-up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from malha.core.errors import BusinessError
from malha.journeys import first_setup


class Command(BaseCommand):
    help = "Print the one-time link with which the first administrator is made in the browser. There is no default password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where this Malha is opened in the browser")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = first_setup.issue_code()
        except BusinessError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{options['address'].rstrip('/')}{reverse('staff:first_setup')}?codigo={code}")
