from django.db import models


class Attachment(models.Model):
    """A file somebody handed in, or that we made. The bytes lie encrypted under ``FILES_DIR``, named by their digest;
    two people handing in the same file share them. Rows are never changed: a better scan is another attachment.
    """

    append_only = True

    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("散列", max_length=64, db_index=True)  # of the stored bytes, before encryption
    uploaded_by = models.BigIntegerField("上传人", null=True)  # copied from the origin, with the name beside it
    uploader_name = models.CharField("上传人姓名", max_length=60)
    channel = models.CharField("渠道", max_length=8)
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "附件"

    def __str__(self):
        return self.name
