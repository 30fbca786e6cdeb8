"""Input field of operations that take a file. What is frozen with the input is the digest, never the bytes."""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from servicehub.files.models import Attachment
from servicehub.files.storing import read


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file somebody sent: its bytes, not judged yet."""

    name: str
    data: bytes
    sha256: str


class UploadField(serializers.Field):
    """Takes an uploaded file, or the frozen form of one that was kept: ``{"name": …, "sha256": …}``."""

    default_error_messages: ClassVar = {
        "required": "选择一个文件",
        "invalid": "选择一个文件",
        "lost": "文件已不在，重新选择一个文件",
    }

    def to_internal_value(self, value) -> Incoming:
        if isinstance(value, UploadedFile):
            data = value.read()
            value.seek(0)
            return Incoming(value.name, data, hashlib.sha256(data).hexdigest())
        if isinstance(value, dict) and value.get("sha256"):
            kept = Attachment.objects.filter(sha256=value["sha256"]).order_by("pk").first()
            if kept is None:
                self.fail("lost")
            return Incoming(str(value.get("name", kept.name)), read(kept), kept.sha256)
        self.fail("invalid")

    def to_representation(self, value: Incoming) -> dict[str, str]:
        return {"name": value.name, "sha256": value.sha256}
