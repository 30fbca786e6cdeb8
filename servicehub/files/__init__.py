"""Attachments: taken in by their content, kept encrypted, named by digest."""

from servicehub.files.kinds import ANY, EVIDENCE, LISTS, FileRefused, Kind
from servicehub.files.storing import ContentLost, keep, read, store

__all__ = ["ANY", "EVIDENCE", "LISTS", "ContentLost", "FileRefused", "Kind", "keep", "read", "store"]
