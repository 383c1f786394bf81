"""Every setting, read from the environment in one place.

Two ways to run (DESIGN.md 8) are told apart by DATABASE_URL and REDIS_URL only. Secrets come from the environment or,
as `NAME_FILE`, from a file; nothing secret has a default outside demo mode.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

DATA_DIR = Path(env.str("KAIGONG_DATA_DIR", default=str(BASE_DIR / "var")))
DEMO = env.bool("KAIGONG_DEMO", default=False)
DEBUG = env.bool("KAIGONG_DEBUG", default=False)
SECRET_KEY = env.str("KAIGONG_SECRET_KEY", default="")
# `make setup` made this machine a key of its own; a command typed by hand finds it as the scripts do.
OWN_KEY = DATA_DIR / "secret.key"
if not SECRET_KEY and OWN_KEY.is_file():
    SECRET_KEY = OWN_KEY.read_text().strip()
if not SECRET_KEY:
    raise ImproperlyConfigured("Set KAIGONG_SECRET_KEY, or KAIGONG_SECRET_KEY_FILE, to a long random text.")
ALLOWED_HOSTS = env.list("KAIGONG_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("KAIGONG_TRUSTED_ORIGINS", default=[])

# Demo mode: the moment at which the county's clock starts (ISO 8601); the shift lives in the database.
DEMO_START = env.str("KAIGONG_NOW", default="2022-03-01T09:00:00+08:00")
COUNTY_CODE = env.str("KAIGONG_COUNTY", default="620799")
COUNTY_NAME = env.str("KAIGONG_COUNTY_NAME", default="示范县")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static.OwnStaticFiles",
    "config.house.House",
    "workflows.offices.admin_app.HouseAdminConfig",
    "viewflow",
    "viewflow.workflow",
    "axes",
    "csp",
    "django_htmx",
    "workflows.audit",
    "workflows.offices",
    "workflows.clock",
    "workflows.escalation",
    "workflows",
    "permits",
    "notifications",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "workflows.middleware.GZipTextMiddleware",
    "csp.middleware.CSPMiddleware",
    "workflows.offices.sessions.OneQuerySessionMiddleware",
    "workflows.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "workflows.offices.sessions.OneQueryAuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "workflows.middleware.NowMiddleware",
    "workflows.middleware.RefusedMiddleware",
    "workflows.middleware.DeclaredRuleMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Our own library stands in the place of Django's `i18n` on purpose.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "workflows.middleware.page",
            ],
            "builtins": ["workflows.templatetags.kaigong"],
            "libraries": {"i18n": "workflows.templatetags.quick_i18n"},
        },
    }
]

DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'kaigong.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    Path(DATA_DIR).mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    # In-memory SQLite cannot show two clicks at once.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("KAIGONG_CONN_MAX_AGE", default=600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        # Compiling a plan costs a second where the question itself takes a tenth: pages ask small questions.
        "options": "-c lock_timeout=5000 -c jit=off"
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="")
# How often the ladder is swept, in seconds, and how many applications one transaction of the sweep takes.
SWEEP_SECONDS = env.float("KAIGONG_SWEEP_SECONDS", default=20.0)
SWEEP_BATCH = env.int("KAIGONG_SWEEP_BATCH", default=500)
# Without a broker the web process itself runs the periodic work, in a thread (config.embedded).
EMBEDDED_SCHEDULER = env.bool("KAIGONG_EMBEDDED_SCHEDULER", default=not REDIS_URL)

# The audit trail: the name of the county's log, its signing key, and where checkpoints lie outside the database.
AUDIT_ORIGIN = env.str("KAIGONG_AUDIT_ORIGIN", default=f"audit.{COUNTY_CODE}.kaigong")
AUDIT_KEY_FILE = Path(env.str("KAIGONG_AUDIT_KEY_FILE", default=str(DATA_DIR / "keys" / "audit.pem")))
# One process makes its own key at the first start; a server's key is made by hand, once: manage.py audit key --make.
AUDIT_KEY_MADE_WHEN_ABSENT = EMBEDDED_SCHEDULER
CHECKPOINT_DIR = Path(env.str("KAIGONG_CHECKPOINT_DIR", default=str(DATA_DIR / "checkpoints")))
# Export packages that an auditor asked for on a page lie here for a week.
EXPORT_DIR = DATA_DIR / "exports"
# Addresses of witnesses (tlog-witness, add-checkpoint), and of mailboxes that get every day's last checkpoint.
WITNESSES = env.list("KAIGONG_WITNESSES", default=[])
CHECKPOINT_MAILBOXES = env.list("KAIGONG_CHECKPOINT_MAILBOXES", default=[])

# Where people reach the house, for links in letters; and the channels that leave it, each by one address.
BASE_URL = env.str("KAIGONG_BASE_URL", default="http://127.0.0.1:8000")
CHANNELS = {
    "email": env.str("KAIGONG_EMAIL_URL", default=""),
    "wecom": env.str("KAIGONG_WECOM_URL", default=""),
    "dingtalk": env.str("KAIGONG_DINGTALK_URL", default=""),
    "feishu": env.str("KAIGONG_FEISHU_URL", default=""),
    "sms": env.str("KAIGONG_SMS_URL", default=""),
}
if CHANNELS["email"]:
    vars().update(env.email_url_config(CHANNELS["email"]))
DEFAULT_FROM_EMAIL = env.str("KAIGONG_EMAIL_FROM", default="kaigong@localhost")

AUTH_USER_MODEL = "offices.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "workflows.offices.sessions.ActivePersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
SESSION_ENGINE = "workflows.offices.sessions"
SESSION_COOKIE_AGE = env.int("KAIGONG_IDLE_MINUTES", default=60) * 60
# Idle timeout: the expiry moves with use. The row is written at most every few minutes, see NowMiddleware.
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "workflows.pages.common.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "workflows.offices.account_views.locked_out"
AXES_USERNAME_CALLABLE = "workflows.offices.accounts.axes_username"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "kaigong_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = None

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("KAIGONG_HASHED_STATIC", default=True)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not env.bool("KAIGONG_HASHED_STATIC", default=True)
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = ""
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_LIMIT = env.int("KAIGONG_UPLOAD_LIMIT_MB", default=50) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# The map draws without any tiles. An address of tiles (https://host/…{z}/{x}/{y}…) is optional; images may then come
# from exactly that host, and its owner is named on the map.
TILE_URL = env.str("KAIGONG_TILE_URL", default="")
TILE_CREDIT = env.str("KAIGONG_TILE_CREDIT", default="")
_tiles = urlsplit(TILE_URL)
if TILE_URL and (_tiles.scheme != "https" or not _tiles.hostname or "{" in _tiles.netloc):
    raise ImproperlyConfigured("KAIGONG_TILE_URL is https://HOST/… with {z}, {x} and {y}; the host has no placeholder.")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([f"https://{_tiles.netloc}"] if TILE_URL else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_HTTPS = env.bool("KAIGONG_HTTPS", default=False)
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
