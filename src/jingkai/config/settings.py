"""Settings. Everything that differs between offices is an environment variable, JINGKAI_…"""

import os
import sys
from datetime import date, timedelta
from pathlib import Path
from secrets import token_urlsafe
from zoneinfo import ZoneInfo

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from platformdirs import user_data_path

from jingkai.config.contexts import CONTEXTS
from jingkai.kernel.clock import Clock, FixedClock, OfficeClock

SOURCE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("JINGKAI_DATA") or user_data_path("jingkai") / "zone")
DATA.mkdir(parents=True, exist_ok=True)


def _key(variable: str, file: str) -> str:
    """Return a key of this data folder, made at first use and readable by its owner only."""
    if key := os.environ.get(variable):
        return key
    path = DATA / file
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = _key("JINGKAI_SECRET_KEY", "secret.key")
# Seals the audit chain: whoever holds the database alone cannot forge a line.
AUDIT_KEY = _key("JINGKAI_AUDIT_KEY", "audit.key").encode()
# Seals the keys of one-time codes. More than one while a new one takes the place of an old one:
# the first seals, all open.
FIELD_KEYS = tuple(_key("JINGKAI_FIELD_KEYS", "field.key").split())
AUDIT_HEADS = DATA / "audit-heads"
BACKUPS = Path(os.environ.get("JINGKAI_BACKUPS") or DATA / "backups")
DEBUG = False
IS_DEMO = os.environ.get("JINGKAI_DEMO") == "1"
ALLOWED_HOSTS = os.environ.get("JINGKAI_HOSTS", "127.0.0.1,localhost").split(",")

# An office keeps its own zone package with its data, where an upgrade does not touch it.
PACKAGES = DATA / "package"
sys.path.append(str(PACKAGES))
_OWN = sorted(path.parent.name for path in PACKAGES.glob("*/zone.yaml"))
JINGKAI_ZONE = os.environ.get("JINGKAI_ZONE") or (_OWN[0] if _OWN else "zones.changde")
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
BUSINESS_CLOCK: Clock = OfficeClock(ZoneInfo(TIME_ZONE))
if fixed := os.environ.get("JINGKAI_DATE"):
    BUSINESS_CLOCK = FixedClock(date.fromisoformat(fixed))

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "jingkai.config.apps.HouseConfig",
    "jingkai.audit",
    "jingkai.jobs",
    "jingkai.org",
    "jingkai.ledger",
    "jingkai.web",
    *(f"jingkai.{context}" for context in CONTEXTS),
]
AUTH_USER_MODEL = "org.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "jingkai.config.urls"
WSGI_APPLICATION = "jingkai.config.wsgi.application"
LOGIN_URL = "/login/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Five wrong passwords lock an account from an address for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "account"
AXES_LOCKOUT_CALLABLE = "jingkai.web.pages.errors.locked_out"
AXES_VERBOSE = False
IDLE_LIMIT = timedelta(minutes=30)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# dengbao3 (等保三级) or asvs: what org.rules.PROFILES asks of passwords and accounts.
SECURITY_PROFILE = os.environ.get("JINGKAI_SECURITY_PROFILE", "dengbao3")
if SECURITY_PROFILE not in ("dengbao3", "asvs"):
    raise SystemExit(
        f"JINGKAI_SECURITY_PROFILE 只能是 dengbao3 或 asvs，现在是“{SECURITY_PROFILE}”。"
    )
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("account", "name")},
    },
]

MIDDLEWARE = [
    "jingkai.web.numbered.numbered",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jingkai.web.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "jingkai.web.middleware.audit",
    "jingkai.web.middleware.business_date",
    "jingkai.web.middleware.delegations",
    "jingkai.web.middleware.idle_limit",
    "jingkai.web.once.once",
    "jingkai.web.middleware.policy",
    "jingkai.web.middleware.refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "jingkai.web.jinja.environment",
            "context_processors": ["jingkai.web.once.form_fields"],
        },
    },
]

if url := os.environ.get("JINGKAI_DATABASE"):
    DATABASES = {"default": dj_database_url.parse(url, conn_max_age=60)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "jingkai.database.sqlite",
            "NAME": DATA / "jingkai.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: an acknowledged commit outlives a power cut. 64 MB of pages: with SQLite's
                # own 2 MB, indexes of a large ledger are read anew for every line. The log is
                # copied into the database every 64 MB: pages that change with every act are
                # copied, and flushed, less often.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=16000;",
            },
        }
    }

# Where applicants reach this house: it stands in the QR codes of notices and decisions.
PUBLIC_ADDRESS = os.environ.get("JINGKAI_ADDRESS", "http://127.0.0.1:8000").rstrip("/")

# Mail is off until a server is named.
EMAIL_HOST = os.environ.get("JINGKAI_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("JINGKAI_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("JINGKAI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("JINGKAI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("JINGKAI_SMTP_STARTTLS") == "1"
EMAIL_USE_SSL = os.environ.get("JINGKAI_SMTP_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("JINGKAI_SMTP_FROM", "jingkai@localhost")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
EVIDENCE_ROOT = DATA / "evidence"
LAKE_ROOT = DATA / "lake"
# Who scans the lake: duckdb:// in this process, or spark://MASTER (docs/how-to).
ENGINE = os.environ.get("JINGKAI_ENGINE", "duckdb://")
UPLOAD_LIMIT = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT + 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "worker-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jingkai.web.pages.errors.form_expired"
BEHIND_PROXY = os.environ.get("JINGKAI_BEHIND_TLS_PROXY") == "1"
if not IS_DEMO and os.environ.get("JINGKAI_HTTPS", "1") == "1":
    if BEHIND_PROXY:
        # Only a proxy of ours may say that a request came over TLS.
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {number} {name} {message}", "style": "{"}
    },
    "filters": {"number": {"()": "jingkai.web.numbered.WithNumber"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["number"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# Group robots that tell new notices; empty is none. A DingTalk robot with 加签 has a secret.
WECOM_ROBOT = os.environ.get("JINGKAI_WECOM_ROBOT", "")
DINGTALK_ROBOT = os.environ.get("JINGKAI_DINGTALK_ROBOT", "")
DINGTALK_SECRET = os.environ.get("JINGKAI_DINGTALK_SECRET", "")
