"""Settings of the tests: the product's own, with keys that protect nothing and the database asked for."""

import atexit
import os
import shutil
import tempfile

from tools.messages import compile_catalogue

if "MALHA_DATA_DIR" not in os.environ:
    # The processes of a parallel run inherit the folder; the one that made it removes it.
    os.environ["MALHA_DATA_DIR"] = tempfile.mkdtemp(prefix="malha-tests-")
    atexit.register(shutil.rmtree, os.environ["MALHA_DATA_DIR"], ignore_errors=True)
os.environ.setdefault("MALHA_SECRET_KEY", "only-for-tests")
os.environ.setdefault("MALHA_VAULT_KEYS", "t1:MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=")
os.environ.setdefault("MALHA_ACCESS_KEYS", "t1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=")
os.environ.setdefault("MALHA_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
# Before Django looks for it: it reads a catalogue once. The workers of a parallel run find it made.
if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_catalogue()

from malha.config.settings import *  # noqa: F403
from malha.config.settings import DATA_DIR, DATABASES

# Browsers of the tests get static files from the apps; the folder of `collectstatic` only has to exist.
(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file and not memory: two threads or two processes must meet the locks that they meet in the field.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
