"""Settings, driven by the environment. Every name read here is listed in docs/settings.md."""

import os
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("FUNDCENTRE_VAR", BASE_DIR / "var"))


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(int(default))).lower() in {"1", "true", "yes"}


def secret(name: str) -> str:
    """From the environment, or from the file that ``NAME_FILE`` points to, so that it need not stand in a process list."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(name, "")


DEPLOY = os.environ.get("DEPLOY", "demo")  # demo | production
DEBUG = flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY", "demo-only-not-a-secret-" + "0" * 32)
FIELD_KEYS = secret("FIELD_KEYS")  # 1:<32 hex>,2:<32 hex>; the highest number writes (servicehub.kit.crypto)
INDEX_KEY = secret("INDEX_KEY")  # 64 hex
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver").split(",")

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
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_htmx",
    "django_celery_results",
    "rest_framework",
    "drf_spectacular",
]

AUTH_USER_MODEL = "servicehub.User"
ROOT_URLCONF = "fundcentre.urls"
WSGI_APPLICATION = "fundcentre.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"postgres://app@/fundcentre?host={VAR_DIR / 'pg'}"), conn_max_age=60
    )
}
REDIS_URL = os.environ.get("REDIS_URL", f"unix://{VAR_DIR / 'redis' / 'redis.sock'}")
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", f"redis+socket://{VAR_DIR / 'redis' / 'redis.sock'}")
CELERY_RESULT_BACKEND = "django-db"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

CENTRE_NAME = os.environ.get("CENTRE_NAME", "许昌市住房公积金管理中心")
CENTRE_CITY = os.environ.get("CENTRE_CITY", "许昌")
CLASH_MATRIX = BASE_DIR / "fundcentre" / "clashes.toml"
