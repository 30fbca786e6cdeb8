"""The web process. A page gives up on a slow statement after seconds, a job after minutes (settings.py)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcentre.settings")
os.environ.setdefault("DATABASE_PATIENCE", "page")
application = get_wsgi_application()

from fundcentre.production import refuse_demo_parts  # noqa: E402 - settings are known only now

refuse_demo_parts()
