"""Requests to other hosts: bounded in time and size, and never to an address of this house unless it is named."""

from ledger.outbound.client import Answer, send
from ledger.outbound.faults import Broken, Fault, Forbidden, TooLarge, TooSlow
from ledger.outbound.rules import Rules

__all__ = ["Answer", "Broken", "Fault", "Forbidden", "Rules", "TooLarge", "TooSlow", "send"]
