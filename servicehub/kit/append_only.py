"""Which tables only grow. A model says it by ``append_only = True`` in its body; grants and triggers follow.

The database holds it twice: the role the product connects as may not UPDATE, DELETE or TRUNCATE such a table, and
the app's own trigger refuses it to the owner too.
"""

from django.apps import apps


def append_only_tables() -> list[str]:
    """Table names, sorted. Only the class that says it itself: a child table may well be changeable."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if "append_only" in vars(model) and model.append_only
    )
