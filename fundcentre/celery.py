"""The Celery application. Tasks are doors, not rooms: ids only, sent after commit, a body of one line."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcentre.settings")

app = Celery("fundcentre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
