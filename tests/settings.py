"""Settings of the tests: the product's own, with keys that protect nothing and the database asked for."""

import os
import tempfile

os.environ.setdefault("MALHA_DATA_DIR", tempfile.mkdtemp(prefix="malha-tests-"))
os.environ.setdefault("MALHA_SECRET_KEY", "only-for-tests")
os.environ.setdefault("MALHA_VAULT_KEYS", "t1:MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=")
os.environ.setdefault("MALHA_ACCESS_KEYS", "t1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=")
os.environ.setdefault("MALHA_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")

from malha.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
