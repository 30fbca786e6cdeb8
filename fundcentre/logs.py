"""Logs: one JSON line per event, with the request id and without personal data.

Lines name routes, not addresses, and numbers of users, not names. What slips through in the text of an exception is
caught at the end: a run of digits as long as a mobile, a card or an identity number is shown by its last four.
"""

import logging.config
import re

import structlog

# Not inside a longer word: request ids and hashes have digits too.
_LONG_NUMBER = re.compile(r"(?<![\w.-])(?:\d{10,18}[\dXx])(?![\w-])")

SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def mask_numbers(text: str) -> str:
    return _LONG_NUMBER.sub(lambda found: f"****{found.group()[-4:]}", text)


def _masked(renderer):
    """``renderer``, and then no long number in what it wrote."""

    def render(logger, name, event):
        return mask_numbers(renderer(logger, name, event))

    return render


def logging_config(form: str) -> dict:
    """The standard library's configuration for ``json`` (production) or ``console`` (a person reads along)."""
    if form == "json":
        last = [
            structlog.processors.dict_tracebacks,
            _masked(structlog.processors.JSONRenderer(ensure_ascii=False, default=str)),
        ]
    else:
        last = [_masked(structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback))]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            # Per-request lines are for machines; a person watching the demo wants to see what went wrong.
            "fundcentre": {"level": "INFO" if form == "json" else "WARNING"},
            "django_structlog": {"level": "INFO" if form == "json" else "ERROR"},
            "django.request": {"level": "CRITICAL"},  # says twice what RequestLog says, and with the address
            "celery": {"level": "INFO" if form == "json" else "WARNING"},
            "fontTools": {"level": "ERROR"},
            "weasyprint": {"level": "ERROR"},
        },
    }


def configure(config: dict) -> None:
    """Django calls this with ``LOGGING``."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
