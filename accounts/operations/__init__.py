"""Operations of this app; each module declares some. Importing the package declares them all."""

from accounts.operations import bank_answers, receipts

__all__ = ["bank_answers", "receipts"]
