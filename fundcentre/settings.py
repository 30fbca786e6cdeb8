"""Settings, driven by the environment. Every name read here is listed in docs/settings.md."""

import os
from pathlib import Path

import dj_database_url

from fundcentre.local import paths
from fundcentre.logs import logging_config
from fundcentre.schedule import beat_schedule

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = paths.VAR


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(int(default))).lower() in {"1", "true", "yes"}


def listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


# -- What this installation is ---------------------------------------------------------------------------------------
DEPLOY = os.environ.get("DEPLOY", "demo")  # demo | production
PRODUCTION = DEPLOY == "production"
DEBUG = flag("DEBUG")
DEMO_SECRET_KEY = "demo-only-not-a-secret-" + "0" * 32  # production refuses it
SECRET_KEY = os.environ.get("SECRET_KEY", DEMO_SECRET_KEY)
SECRET_KEY_FALLBACKS = listed("SECRET_KEY_FALLBACKS")
FIELD_KEYS = os.environ.get("FIELD_KEYS", "")
INDEX_KEY = os.environ.get("INDEX_KEY", "")
PASSWORD_PEPPER = os.environ.get("PASSWORD_PEPPER", "")  # "": derived from SECRET_KEY
SIMULATORS = flag("SIMULATORS", default=not PRODUCTION)  # bank, SMS: answers without an outside party
ALLOWED_HOSTS = listed("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver")
CSRF_TRUSTED_ORIGINS = listed("CSRF_TRUSTED_ORIGINS")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")  # printed on letters, in their QR codes
SMS_URL = os.environ.get("SMS_URL", "")  # "": no provider; log-in by SMS code says so
TRUSTED_PROXIES = listed("TRUSTED_PROXIES")  # networks whose X-Forwarded-For is believed
BANK_URL = os.environ.get("BANK_URL", "http://127.0.0.1:8001")
BANK_PAGE_URL = os.environ.get("BANK_PAGE_URL", BANK_URL)  # the same bank as a payer's browser reaches it
DEMO_BANK_KEY = "demo-only-bank-key"  # production refuses it
BANK_KEY = os.environ.get("BANK_KEY", DEMO_BANK_KEY)  # signs messages in both directions
CENTRE_NAME = os.environ.get("CENTRE_NAME", "许昌市住房公积金管理中心")
CENTRE_CITY = os.environ.get("CENTRE_CITY", "许昌")
HOTLINE = os.environ.get("HOTLINE", "12329")
SITE_MARKS = listed("SITE_MARKS")  # 网站标识码, ICP 备案号, 公网安备号: shown in the footer of the public faces
POLICY_FILES = BASE_DIR / "fundcentre" / "policy"
DAY_CLOSE = "fundcentre.schedule.DAY_CLOSE"
CLASH_MATRIX = BASE_DIR / "fundcentre" / "clashes.toml"

# -- Django ------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "fundcentre.apps.FundcentreConfig",
    "servicehub.apps.ServicehubConfig",
    "accounts.apps.AccountsConfig",
    "deposits.apps.DepositsConfig",
    "withdrawals.apps.WithdrawalsConfig",
    "loans.apps.LoansConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "axes",
    "csp",
    "django_otp",
    "django_htmx",
    "django_structlog",
    "django_celery_results",
    "rest_framework",
    "drf_spectacular",
]
ROOT_URLCONF = "fundcentre.urls"
WSGI_APPLICATION = "fundcentre.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "fundcentre.middleware.RequestLog",  # outermost: every answer has a request id, and its time is whole
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "servicehub.faces.login_cookies.FaceCookies",  # outside the two that set cookies
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "servicehub.faces.login_session.LoginSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last, as axes asks: it turns a lockout into an answer
]

# Pages are Jinja2; Django's own templates serve what third-party apps bring along.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "servicehub.faces.environment.environment",
            "context_processors": ["servicehub.faces.shells.shell_context"],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True  # Django's and DRF's own messages in Chinese; ours are literals

# -- Data --------------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or paths.database_url("app"), conn_max_age=60, conn_health_checks=True
    )
}
# A page gives up soon and tells its reader; a job waits. wsgi.py says "page".
_PATIENCE_S = {"page": (10, 5), "job": (300, 150)}[os.environ.get("DATABASE_PATIENCE", "job")]
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "options": "-c statement_timeout={}s -c lock_timeout={}s".format(*_PATIENCE_S),
    "application_name": "fundcentre",
}
REDIS_URL = os.environ.get("REDIS_URL") or paths.redis_url()
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
FILES_DIR = Path(os.environ.get("FILES_DIR") or VAR_DIR / "files")
FILE_UPLOAD_TEMP_DIR = os.environ.get("TMPDIR")
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# -- Who comes in ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "servicehub.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a locked-out name is not even compared
    "servicehub.identity.backends.PasswordBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["servicehub.identity.passwords.PepperedHasher"]
ANONYMOUS_USER_NAME = None  # guardian would make a user of that name; nobody here is anonymous and stored
CSRF_FAILURE_VIEW = "servicehub.faces.errors.csrf_failure"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "fc_session", "fc_csrf"  # each face adds its own name to them
SESSION_COOKIE_AGE = 24 * 60 * 60  # the row; how long a log-in lasts is policy (servicehub.identity.sessions)
AXES_HANDLER = "servicehub.identity.lockout.WindowHandler"
AXES_CLIENT_IP_CALLABLE = "servicehub.identity.addresses.client_ip_of"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_VERBOSE = False
# axes.W006 wants the address locked too: a company's clerks share one, and one forgetful clerk would shut out all.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# -- What a browser may do ---------------------------------------------------------------------------------------------
_SELF = "'self'"
_NONE = "'none'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_NONE],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "form-action": [_SELF],
        "frame-ancestors": [_NONE],
        "base-uri": [_NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = flag("SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine beside it, in the clear
SECURE_HSTS_SECONDS = int(os.environ.get("HSTS_SECONDS", "31536000" if PRODUCTION else "0"))
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- API ---------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",  # uploads
    ],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "servicehub.faces.login_tokens.TokenLogin",
        "servicehub.faces.login_tokens.SessionLogin",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["servicehub.faces.login_tokens.ByAccess"],  # a view that names no access is closed
    "EXCEPTION_HANDLER": "servicehub.faces.api.answers.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "住房公积金综合服务平台 API",
    "DESCRIPTION": "金额一律为两位小数的字符串，单位元。",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["servicehub.faces.api.schema.written_out"],
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used: shared names for them would collide
    "ENUM_NAME_OVERRIDES": {"UserKindEnum": "servicehub.identity.models.UserKind"},
}

# -- Worker ------------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or paths.broker_url()
CELERY_RESULT_BACKEND = "django-db"
CELERY_RESULT_EXTENDED = True
CELERY_TASK_TRACK_STARTED = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_ACCEPT_CONTENT = ["json"]
# A task is acknowledged when it is done, so a killed worker's task comes back; tasks are repeatable by design.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(os.environ.get("CELERY_VISIBILITY_TIMEOUT_S", "900")),
    "unacked_restore_throttle": 1,
    # A page that sends a task never waits for a broker that is away: the sweepers find what was not sent. Workers and
    # the beat wait by settings of their own.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
    "socket_connect_timeout": 2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_SOLE_WORKER = flag("CELERY_SOLE_WORKER")  # this worker is the only one on its broker; see celery.py
CELERY_BEAT_SCHEDULE = beat_schedule()

# -- Logs --------------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = "fundcentre.logs.configure"
LOGGING = logging_config(os.environ.get("LOG_FORMAT", "json" if PRODUCTION else "console"))
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # asking would load the session and the user for every picture
DJANGO_STRUCTLOG_CELERY_ENABLED = True  # a task's lines carry the request id of the call that sent it
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10
