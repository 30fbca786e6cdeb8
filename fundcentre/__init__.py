"""The frame: settings, urls, celery, schedule. Knows every app, holds no rule."""
