"""How far the nightly proofs have come."""

from django.db import models


class ProofMark(models.Model):
    """The transaction from which on rows count as changed since a proof was last given (64-bit id)."""

    code = models.CharField("检查", max_length=60, primary_key=True)
    xid = models.BigIntegerField("事务")
    proved_on = models.DateField("营业日")

    class Meta:
        verbose_name = verbose_name_plural = "核对进度"

    def __str__(self):
        return f"{self.code} {self.proved_on}"
