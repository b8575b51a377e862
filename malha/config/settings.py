"""The one settings file. Every value that differs between machines comes from the environment, typed, with a safe default.

The environment is read from the process and, for a machine started with `./run`, from `var/malha.env`, which `./run` writes
once with generated secrets. Nothing secret stands in this file.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.FileAwareEnv()
DATA_DIR = Path(env.str("MALHA_DATA_DIR", default=str(BASE_DIR / "var")))
if (DATA_DIR / "malha.env").is_file():
    env.read_env(DATA_DIR / "malha.env")

DEBUG = env.bool("MALHA_DEBUG", default=False)
SECRET_KEY = env.str("MALHA_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("MALHA_SECRET_KEY is not set: start with ./run, or see docs/operate/environment.md")
ALLOWED_HOSTS = env.list("MALHA_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# Under which address subscribers see the notice pages, without a path: http://aviso.exemplo.com.br:8080. Empty: where they arrived.
NOTICE_URL = env.str("MALHA_NOTICE_URL", default="").rstrip("/")
if NOTICE_URL:
    ALLOWED_HOSTS += [name for name in [urlsplit(NOTICE_URL).hostname] if name]
CSRF_TRUSTED_ORIGINS = env.list("MALHA_TRUSTED_ORIGINS", default=[])

# A demo may live at another date than the world (docs/decisions/0009-demo-clock.md). Nothing real ever may.
DEMO_CLOCK = DATA_DIR / "demo-clock.json" if env.bool("MALHA_DEMO", default=False) else None

# Key rings for secrets at rest: "id:fernet-key,id:fernet-key", the first one encrypts (malha/core/crypto.py).
# What FreeRADIUS must read stands under a ring of its own, so that it can never read anything else.
VAULT_KEYS = env.str("MALHA_VAULT_KEYS", default="")
ACCESS_KEYS = env.str("MALHA_ACCESS_KEYS", default="")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_cotton",
    "django_htmx",
    "csp",
    "malha.core",
    "malha.staff",
    "malha.customers",
    "malha.contracts",
    "malha.billing",
    "malha.cashbook",
    "malha.gateways",
    "malha.network",
    "malha.dunning",
    "malha.reports",
    "malha.backoffice",
    "malha.portal",
    "malha.api",
    "malha.worker",
]

MIDDLEWARE = [
    "malha.core.middleware.PlainAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "malha.core.middleware.CompanyTimezoneMiddleware",
    "malha.staff.middleware.StaffMiddleware",
    "malha.api.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "malha.config.urls"
WSGI_APPLICATION = "malha.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "malha.backoffice.context.shell",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.static",
                "django.templatetags.i18n",
                "malha.core.templatetags.ui",
                "malha.staff.templatetags.staff",
            ],
        },
    }
]
FORM_RENDERER = "malha.core.forms.UiRenderer"

DATABASES = {
    "default": env.db("MALHA_DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'malha.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: two writers wait for each other instead of one failing half-way when it upgrades its lock.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
    }
else:
    # A page's statements take milliseconds: compiling one, or starting helpers for it, would take longer than running it.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off -c max_parallel_workers_per_gather=0")
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["malha.staff.backends.StaffBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "staff:login"
LOGIN_REDIRECT_URL = "backoffice:home"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("MALHA_HTTPS", default=False)
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "malha.backoffice.errors.csrf_failure"
BEHIND_PROXY = env.bool("MALHA_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Set by the front that ends the TLS and asks banks for their certificate; it must remove what a client sends under this name.
CLIENT_CERTIFICATE_HEADER = env.str("MALHA_CLIENT_CERTIFICATE_HEADER", default="")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", _("Portuguese (Brazil)"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
# The zone of the screen is the company's own, activated per request; storage is always UTC.
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# The style sheets of printed documents, for the pages that show one before it is printed.
STATICFILES_DIRS = [("print", BASE_DIR / "malha" / "core" / "print")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA_DIR / "files")}},
    "staticfiles": {"BACKEND": env.str("MALHA_STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage")},
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
ATTACHMENT_MAX_BYTES = env.int("MALHA_ATTACHMENT_MAX_BYTES", default=10 * 1024 * 1024)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# The address look-up by CEP is a plug behind an interface; empty means: no provider, one simply types.
CEP_PROVIDER_URL = env.str("MALHA_CEP_PROVIDER_URL", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("MALHA_LOG_LEVEL", default="INFO")},
    "loggers": {"weasyprint": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
}
