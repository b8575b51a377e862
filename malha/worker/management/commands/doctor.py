"""`bin/malha doctor`: is everything this installation needs there and in order?"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from malha.worker.doctor import Finding, Verdict, examine

MARKS = {Verdict.GOOD: "✓", Verdict.WARNING: "!", Verdict.BAD: "✗"}


class Command(BaseCommand):
    help = "Looks at Python, keys, database, files, PDF, routers, queue and the truth of the data. Exit code 1: something is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs: one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
        else:
            for finding in findings:
                self._tell(finding)
        if any(finding.verdict is Verdict.BAD for finding in findings):
            raise CommandError(_("Something is wrong: see the lines marked ✗."), returncode=1)

    def _tell(self, finding: Finding) -> None:
        style = {Verdict.GOOD: self.style.SUCCESS, Verdict.WARNING: self.style.WARNING, Verdict.BAD: self.style.ERROR}[finding.verdict]
        self.stdout.write(f"{style(MARKS[finding.verdict])} {finding.subject:<26} {finding.words}")
