"""The one settings file. Every value of the environment is read here, typed, and refused loudly when malformed.

``KIM_PRODUCTION=true`` switches to production: then secret, hosts and database must be given.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from kim.errors import EnvironmentValueError

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 50
SECRET_VARIETY = 10
KNOWN_SECRETS = ("django-insecure", "changeme", "secret", "demo")


def text_of(name: str, default: str = "") -> str:
    """Return the value as it stands; one that is set but empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def one_of(name: str, *allowed: str) -> str:
    """Read one of a few words, the first of which is the default."""
    text = text_of(name, allowed[0])
    if text not in allowed:
        message = f"{name}={text!r} gibt es nicht. Erlaubt sind: {', '.join(word or '(leer)' for word in allowed)}."
        raise EnvironmentValueError(message, name=name, value=text)
    return text


def boolean(name: str, *, default: bool) -> bool:
    """Read true or false; anything else stops the start and names itself (environ would read it as false)."""
    text = text_of(name, str(default)).lower()
    if text not in {"true", "false", "1", "0"}:
        message = f"{name}={text!r} ist kein Wahrheitswert. Erlaubt sind true und false."
        raise EnvironmentValueError(message, name=name, value=text)
    return text in {"true", "1"}


def number(name: str, *, default: int, least: int, most: int) -> int:
    """Read a whole number within bounds."""
    text = text_of(name, str(default))
    # Thousands of digits would stop int itself.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        message = f"{name}={text!r} ist keine ganze Zahl von {least} bis {most}."
        raise EnvironmentValueError(message, name=name, value=text)
    return int(text)


PRODUCTION = boolean("KIM_PRODUCTION", default=False)
DEBUG = boolean("KIM_DEBUG", default=False)

# What the application makes for itself: embedded database, generated secret, fetched assets, collected static files.
KIM_HOME = Path(text_of("KIM_HOME", str(BASE_DIR / ".kim"))).resolve()


def secret_key() -> str:
    """Return the signing secret: from the environment, from a file it names, or (never in production) one made once."""
    given = text_of("SECRET_KEY")
    named = text_of("SECRET_KEY_FILE")
    if named:
        try:
            given = Path(named).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "kein Text"
            message = f"SECRET_KEY_FILE={named!r} ist nicht lesbar: {reason}."
            raise EnvironmentValueError(message, name="SECRET_KEY_FILE", value=named) from error
    if PRODUCTION:
        if len(given) < SECRET_LENGTH or len(set(given)) < SECRET_VARIETY or given.startswith(KNOWN_SECRETS):
            message = (
                f"SECRET_KEY fehlt oder ist zu schwach: im Produktivbetrieb sind mindestens {SECRET_LENGTH} "
                "zufällige Zeichen nötig (SECRET_KEY oder SECRET_KEY_FILE)."
            )
            raise EnvironmentValueError(message, name="SECRET_KEY")
        return given
    if given:
        return given
    file = KIM_HOME / "secret-key"
    try:
        if not file.exists():
            KIM_HOME.mkdir(parents=True, exist_ok=True)
            # Exclusive creation: of several starters at once exactly one writes, the others read.
            fresh = KIM_HOME / f"secret-key.{secrets.token_hex(6)}"
            fresh.write_text(secrets.token_urlsafe(64), encoding="utf-8")
            fresh.chmod(0o600)
            try:
                file.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        message = (
            f"Der Ordner {KIM_HOME} lässt sich nicht beschreiben ({error.strerror}). "
            "Geben Sie Schreibrecht oder Platz frei, oder nennen Sie mit KIM_HOME einen anderen Ordner."
        )
        raise EnvironmentValueError(message, name="KIM_HOME", value=str(KIM_HOME)) from error


SECRET_KEY = secret_key()

ALLOWED_HOSTS = [host.strip() for host in text_of("ALLOWED_HOSTS").split(",") if host.strip()]
if PRODUCTION:
    if DEBUG:
        message = "KIM_DEBUG=true ist im Produktivbetrieb nicht erlaubt."
        raise EnvironmentValueError(message, name="KIM_DEBUG")
    if not ALLOWED_HOSTS or any("*" in host for host in ALLOWED_HOSTS):
        message = "ALLOWED_HOSTS muss im Produktivbetrieb die Namen des Servers nennen, ohne „*“ (mit Komma getrennt)."
        raise EnvironmentValueError(message, name="ALLOWED_HOSTS")
    if not text_of("DATABASE_URL"):
        message = "DATABASE_URL muss im Produktivbetrieb einen PostgreSQL-Server nennen."
        raise EnvironmentValueError(message, name="DATABASE_URL")
ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]"]

# Shown in the header; one installation serves one city.
CITY_NAME = text_of("KIM_CITY", "Stadt Leverkusen")

INSTALLED_APPS = [
    "kim",
    "staffing",
    "funding",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_tables2",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "csp",
    "axes",
]

MIDDLEWARE = [
    # First, so that the refusal of a bad host and error pages carry the headers as well.
    "kim.middleware.ResponseHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kim.middleware.HistoryContextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Every page needs a sign-in unless its view says otherwise.
    "kim.middleware.SignInMiddleware",
    "kim.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kim.urls"
WSGI_APPLICATION = "kim.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kim.context_processors.product",
            ],
        },
    },
]
FORM_RENDERER = "kim.forms.KernFormRenderer"

# --- Database -------------------------------------------------------------------------------------------------------
# DATABASE_URL names a real server. Without it the embedded PostgreSQL starts by itself at the first connection;
# KIM_POSTGRES=test gives the test suite a data folder of its own, without fsync.
DATABASE_OPTIONS = {
    "options": "-c statement_timeout=15000 -c lock_timeout=5000 "
    "-c idle_in_transaction_session_timeout=30000 -c jit=off",
}
if text_of("DATABASE_URL"):
    if not text_of("DATABASE_URL").startswith(("postgres://", "postgresql://")):
        message = "DATABASE_URL muss mit postgres:// beginnen: das Programm rechnet nur mit PostgreSQL."
        raise EnvironmentValueError(message, name="DATABASE_URL")
    try:
        database = environ.Env.db_url_config(text_of("DATABASE_URL"))
    except (ImproperlyConfigured, ValueError) as error:
        message = "DATABASE_URL ist nicht lesbar. Form: postgres://benutzer:kennwort@rechner:5432/datenbank"
        raise EnvironmentValueError(message, name="DATABASE_URL") from error
    if not database["NAME"]:
        message = "DATABASE_URL nennt keine Datenbank. Form: postgres://benutzer:kennwort@rechner:5432/datenbank"
        raise EnvironmentValueError(message, name="DATABASE_URL")
else:
    database = {
        "ENGINE": "kim.embedded_postgres",
        "NAME": "kim",
        "USER": "kim",
    }
EMBEDDED_POSTGRES_FSYNC = one_of("KIM_POSTGRES", "", "test") != "test"
EMBEDDED_POSTGRES_FOLDER = KIM_HOME / ("postgres" if EMBEDDED_POSTGRES_FSYNC else "postgres-test")
DATABASES = {
    "default": {
        **database,
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**database.get("OPTIONS", {}), **DATABASE_OPTIONS},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The tokens are our own table (kim.ApiToken); knox's migrations would lay a second one beside it that nobody fills and
# that no flush of a test database knows.
MIGRATION_MODULES = {"knox": None}

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "kim.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"
# The pair of name and address is locked, never a shared office address as a whole.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_DISABLE_ACCESS_LOG = True
AXES_IPWARE_PROXY_COUNT = number("KIM_PROXIES", default=0, least=0, most=5)

SESSION_ENGINE = "kim.sessions"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kim.views.csrf_failure"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    # The probes of the operating platform come over plain HTTP from inside.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if AXES_IPWARE_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
else:
    # Cookies are bound to the host, not to the port: a demo beside another one needs its own names.
    SESSION_COOKIE_NAME = "kim-sid"
    CSRF_COOKIE_NAME = "kim-csrf"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
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
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
# A page of forms is small; an upload gets its own bound where it is taken.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# The grid of 250 positions over ten years is the largest form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Language and time ----------------------------------------------------------------------------------------------
# German only, and no LocaleMiddleware: the distinctions of German budget law do not survive a translation.
LANGUAGE_CODE = "de"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
# Years would be printed as 2.022; money is formatted by one filter.
USE_THOUSAND_SEPARATOR = False

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = KIM_HOME / "static"
ASSETS_FOLDER = KIM_HOME / "assets"
# Listed although it may be missing: a demo fetches it after the settings were read, and every page works without.
STATICFILES_DIRS = [ASSETS_FOLDER]
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 31_536_000
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
if not PRODUCTION:
    # Plain HTTP on loopback only; the production mode sets all of these.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
    # Nothing needs to be collected before a demo or a test, and nothing collected earlier is served by mistake.
    STATIC_ROOT = None
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_MAX_AGE = 0

# --- REST -----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "kim.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["kim.api.permissions.ReadsFigures"],
    "DEFAULT_RENDERER_CLASSES": ["kim.api.renderers.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "kim.api.errors.exception_handler",
}
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=365),
    "AUTH_HEADER_PREFIX": "Token",
    "TOKEN_MODEL": "kim.ApiToken",
}
KNOX_TOKEN_MODEL = "kim.ApiToken"  # noqa: S105 - the name of a model
SPECTACULAR_SETTINGS = {
    "TITLE": "Förderhaushalt: Kosten, Förderung und Mehrkosten der Stadt",
    "DESCRIPTION": "Zahlen geförderter Programme für den Haushaltsplan. Geld steht als Zeichenkette mit zwei "
    "Nachkommastellen und Einheit, Daten nach ISO 8601. Zugang mit „Authorization: Token …“.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "TAGS": [
        {"name": "Programme", "description": "Was gefördert wird, mit Bausteinen und Stellen."},
        {"name": "Zahlen", "description": "Kosten, Förderung und was der Stadt bleibt."},
        {"name": "Haushaltsplan", "description": "Zeilen nach Innenauftrag und Sachkonto."},
        {"name": "Vorlagen", "description": "Beschlusspunkte und Beratungsfolge."},
        {"name": "Schnittstelle", "description": "Diese Beschreibung."},
    ],
    # The order of the contract, and words where they are used: names made up for lists of words say nothing.
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": ["kim.api.schema.tidy"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Docstrings are for developers; readers of the document get German texts.
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
}

DJANGO_TABLES2_TEMPLATE = "kim/table.html"

# Every way a tracked row can change is recorded by triggers: forms, bulk updates and raw SQL.
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

# --- Log ------------------------------------------------------------------------------------------------------------
# Ids of users, never names; no token, no password. Errors carry the request id that the page shows.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": one_of("KIM_LOG_LEVEL", "WARNING", "DEBUG", "INFO", "ERROR")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
        # Scanners try foreign host names all day; the refusal itself is the answer.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
