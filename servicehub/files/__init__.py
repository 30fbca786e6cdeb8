"""Attachments: taken in by their content, kept encrypted, named by digest."""

from servicehub.files.fields import Upload, UploadField
from servicehub.files.kinds import ANY, EVIDENCE, LISTS, FileRefused, Kind
from servicehub.files.storing import ContentLost, keep, read, store

__all__ = [
    "ANY",
    "EVIDENCE",
    "LISTS",
    "ContentLost",
    "FileRefused",
    "Kind",
    "Upload",
    "UploadField",
    "keep",
    "read",
    "store",
]
