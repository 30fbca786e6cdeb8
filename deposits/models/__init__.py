from deposits.models.change_list import ChangeLine, ChangeList, StagedChange
from deposits.models.remittance import Payment, Receipt, Remittance, RemittanceLine

__all__ = ["ChangeLine", "ChangeList", "Payment", "Receipt", "Remittance", "RemittanceLine", "StagedChange"]
