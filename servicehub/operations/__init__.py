"""Operations of the platform itself. Start-up imports every module of this package; the gate keeps its own in its room."""

from servicehub.gate import operations as gate

__all__ = ["gate"]
