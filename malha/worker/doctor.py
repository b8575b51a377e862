"""The examination behind `bin/malha doctor`: what a person who runs Malha would otherwise find out one error at a time."""

import ctypes
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from malha.core import clock, company, crypto
from malha.network.models import Access, Router, RouterHealth
from malha.worker import invariants
from malha.worker.invariant_words import WORDS

PANGO = ("libpangoft2-1.0.so.0", "libpangoft2-1.0.so", "libpangoft2-1.0.dylib")
FIRST_PYTHON = (3, 11)
SHOWN = 5


class Verdict(StrEnum):
    """GOOD; WARNING: works, a feature is off or somebody should look; BAD: does not work."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result. `words` say what was seen and, unless it is good, what to do."""

    subject: str
    verdict: Verdict
    words: str


def examine() -> Iterator[Finding]:
    """Every finding, the ground first. What needs the database is left out when the database does not answer."""
    yield python()
    yield from (key_ring(name) for name in crypto.RINGS)
    yield catalogue()
    yield static_files()
    yield pango()
    yield data_folder()
    first = database()
    yield first
    if first.verdict is not Verdict.BAD:
        for look in (setup, routers, queue, truths):
            yield look()


def python() -> Finding:
    """Is this Python new enough?"""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < FIRST_PYTHON:
        return Finding("Python", Verdict.BAD, _("%(version)s is too old: 3.11 or newer is needed.") % {"version": version})
    return Finding("Python", Verdict.GOOD, version)


def key_ring(ring: str) -> Finding:
    """Can the ring's first key encrypt, and can the ring read it back?"""
    name = f"MALHA_{crypto.RINGS[ring]}"
    try:
        sound = crypto.reveal(crypto.seal("doctor", ring=ring), ring=ring) == "doctor"
    except Exception as error:  # a malformed key raises what the library likes; none of it may end the examination
        return Finding(name, Verdict.BAD, _("Not readable (%(error)s). See docs/operate/environment.md.") % {"error": type(error).__name__})
    return Finding(name, Verdict.GOOD if sound else Verdict.BAD, _("readable"))


def catalogue() -> Finding:
    """Are the screen texts compiled?"""
    if any(Path(folder, "pt_BR", "LC_MESSAGES", "django.mo").is_file() for folder in settings.LOCALE_PATHS):
        return Finding(_("Screen texts"), Verdict.GOOD, _("compiled"))
    return Finding(_("Screen texts"), Verdict.BAD, _("Not compiled, screens would be English: start ./run, or make messages."))


def static_files() -> Finding:
    """Do the pages find their style sheet?"""
    try:
        staticfiles_storage.url("ui/ui.css")
    except ValueError:
        return Finding(_("Static files"), Verdict.BAD, _("Not collected: bin/malha collectstatic --no-input"))
    return Finding(_("Static files"), Verdict.GOOD, _("collected"))


def pango() -> Finding:
    """Can PDF be drawn?"""
    for name in PANGO:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return Finding("PDF", Verdict.GOOD, _("Pango is there"))
    line = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    return Finding("PDF", Verdict.WARNING, _("Pango is missing, PDF is off: %(line)s") % {"line": line})


def data_folder() -> Finding:
    """Is what lies in the data folder for our eyes only?"""
    file = settings.DATA_DIR / "malha.env"
    if file.is_file() and file.stat().st_mode & 0o077:
        return Finding(_("Secrets file"), Verdict.WARNING, _("Others on this machine may read it: chmod 600 %(file)s") % {"file": file})
    return Finding(_("Secrets file"), Verdict.GOOD, _("closed to others") if file.is_file() else _("none, the environment has them"))


def database() -> Finding:
    """Does the database answer, and are its tables those of this version?"""
    subject = f"{_('Database')} ({connection.vendor})"
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Finding(subject, Verdict.BAD, _("Does not answer: %(error)s") % {"error": str(error).strip().splitlines()[0]})
    if missing:
        words = ngettext(
            "%(count)s migration is missing: bin/malha migrate", "%(count)s migrations are missing: bin/malha migrate", len(missing)
        )
        return Finding(subject, Verdict.BAD, words % {"count": len(missing)})
    return Finding(subject, Verdict.GOOD, _("answers and is up to date"))


def setup() -> Finding:
    """Has the first set-up been made?"""
    found = company.find()
    if found is None:
        return Finding(_("Company"), Verdict.WARNING, _("Not set up yet: open the link that ./run --empty prints."))
    return Finding(_("Company"), Verdict.GOOD, f"{found.display_name}, {found.timezone}")


def routers() -> Finding:
    """What do the routers' lanes know?"""
    active = Router.objects.filter(is_active=True)
    online, stopped = Q(health=RouterHealth.ONLINE), Q(health=RouterHealth.STOPPED)
    counts = active.aggregate(all=Count("pk"), online=Count("pk", filter=online), stopped=Count("pk", filter=stopped))
    words = _("%(online)s of %(all)s online") % counts
    silent = active.exclude(health=RouterHealth.ONLINE)
    if silent:
        words += ": " + "; ".join(f"{router.name}: {router.health_words or router.get_health_display()}" for router in silent)
    return Finding(_("Routers"), Verdict.BAD if counts["stopped"] else Verdict.WARNING if silent else Verdict.GOOD, words)


def queue() -> Finding:
    """Is a worker doing what is due?"""
    now = clock.now()
    due = Access.objects.filter(due_at__lte=now, router__is_active=True)
    oldest = due.order_by("due_at").values_list("due_at", flat=True).first()
    if oldest is None:
        return Finding(_("Queue of the routers"), Verdict.GOOD, _("empty"))
    minutes = int((now - oldest).total_seconds() // 60)
    words = _("%(count)s waiting, the oldest for %(minutes)s min") % {"count": due.count(), "minutes": minutes}
    if minutes < 5:
        return Finding(_("Queue of the routers"), Verdict.GOOD, words)
    return Finding(_("Queue of the routers"), Verdict.WARNING, words + ". " + _("Is the worker running? bin/malha worker"))


def truths() -> Finding:
    """Do the invariants hold?"""
    broken = invariants.broken()
    if not broken:
        return Finding(_("Invariants"), Verdict.GOOD, _("all %(count)s hold") % {"count": len(invariants.CHECKS)})
    rules = dict.fromkeys(found.rule for found in broken)
    words = "; ".join(f"{WORDS[rule]} ({rule}: {_some(found.about for found in broken if found.rule == rule)})" for rule in rules)
    return Finding(_("Invariants"), Verdict.BAD, _("do not hold: %(words)s") % {"words": words})


def _some(names: Iterable[str]) -> str:
    first = list(names)
    return ", ".join(first[:SHOWN]) + (f" (+{len(first) - SHOWN})" if len(first) > SHOWN else "")
