"""What the gate itself offers: stopping and lifting, and the lists of cases, calls and orders."""

from servicehub.gate.operations import case_lists, service_lists, stop_orders

__all__ = ["case_lists", "service_lists", "stop_orders"]
