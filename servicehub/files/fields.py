"""The upload field of an operation's input: judged while it is read, kept once the gate has let the call through."""

import hashlib
from dataclasses import dataclass, field

from rest_framework import serializers

from servicehub.declare import Origin
from servicehub.files.kinds import ANY, FileRefused, Kind, kind_of
from servicehub.files.models import Attachment
from servicehub.files.storing import read, store


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as an operation gets it. ``attachment`` is 0 until it is kept; ``sha256`` names its bytes."""

    name: str
    sha256: str
    size: int
    attachment: int = 0
    accept: frozenset[Kind] = ANY
    content: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def data(self) -> bytes:
        """The bytes, from memory in the call that brought them, decrypted from disk afterwards."""
        return self.content if self.content is not None else read(Attachment.objects.get(pk=self.attachment))

    def kept(self, origin: Origin) -> "Upload":
        """:raises FileRefused: too large, damaged, of another kind."""
        attachment = store(origin, self.name, self.data, self.accept)
        content = self.content if attachment.sha256 == self.sha256 else None  # a picture was written anew
        return Upload(attachment.name, attachment.sha256, attachment.size, attachment.pk, self.accept, content)


class UploadField(serializers.FileField):
    """``accept`` names the kinds taken. Reads an uploaded file, or what a frozen input says of a kept one.

    ``judged`` off: the field takes whatever comes, and who reads it says what is wrong in words of its own (an import).
    """

    default_error_messages = {
        "required": "还没有选择文件",
        "null": "还没有选择文件",
        "invalid": "这里要上传一个文件",
        "lost": "文件已不在，重新选择一个文件",
        "no_name": "文件没有名称",
        "empty": "“{name}”是空文件",
    }

    def __init__(self, *, accept: frozenset[Kind] = ANY, judged: bool = True, **kwargs):
        self.accept = accept
        self.judged = judged
        super().__init__(**kwargs)

    def to_internal_value(self, data) -> Upload:
        if isinstance(data, dict) and data.get("sha256"):
            return self._kept(data)
        if not hasattr(data, "read") or not getattr(data, "name", ""):
            self.fail("invalid")
        data.seek(0)
        content = data.read()
        try:
            if self.judged:
                kind_of(content, data.name, self.accept)
        except FileRefused as refused:
            finding = refused.findings[0]
            raise serializers.ValidationError(f"{finding.message}{finding.remedy}", code=finding.code) from refused
        return Upload(data.name, hashlib.sha256(content).hexdigest(), len(content), 0, self.accept, content)

    def _kept(self, frozen: dict) -> Upload:
        """An operation without a case keeps the file itself; then only the digest is known."""
        attachment = frozen.get("attachment", 0)
        if not attachment:
            found = Attachment.objects.filter(sha256=frozen["sha256"]).order_by("pk").values_list("pk", flat=True)
            attachment = found.first() or self.fail("lost")
        return Upload(frozen["name"], frozen["sha256"], frozen.get("size", 0), attachment, self.accept)

    def to_representation(self, value: Upload) -> dict:
        return {"name": value.name, "sha256": value.sha256, "size": value.size, "attachment": value.attachment}
