"""`bin/malha demo`: a believable provider to try Malha out."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from malha.worker.demo import provider


class Command(BaseCommand):
    help = "Makes the demo provider (about 300 invented customers) unless there is a company already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = settings.DATA_DIR / "routers" / "ports.json"
        parser.add_argument("--routers", type=Path, default=default, help="where the demo's routers listen")
        parser.add_argument("--customers", type=int, default=provider.CUSTOMERS)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["routers"]
        rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        routers = [provider.DemoRouter(**row) for row in rows]
        count = provider.build(
            routers=routers, credentials=settings.DATA_DIR / "demo-credentials.json", count=options["customers"]
        )
        self.stdout.write(f"{count} clientes")
