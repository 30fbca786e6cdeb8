"""The Celery application. Tasks are doors, not rooms: ids only, sent after commit, a body of one line."""

import os

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcentre.settings")

app = Celery("fundcentre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**kwargs):
    """Connected, so that Celery sets up none of its own: Django's is in place."""


@worker_init.connect
@beat_init.connect
def refuse_demo_parts(**kwargs):
    from fundcentre import production

    production.refuse_demo_parts()


@worker_init.connect
def take_back_unfinished(**kwargs):
    """Tasks of a worker that was killed come back at once, where the one starting now is the only worker.

    Without this they wait out the visibility timeout: with other workers about, nothing tells a dead one from a
    slow one.
    """
    if not app.conf.get("sole_worker"):
        return
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        channel.qos.visibility_timeout = 0
        channel.qos.restore_visible(num=None)
