"""The bounds that keep hostile input from taking unbounded time or memory."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How deep, how many, how much: beyond it an instance is unreadable, with the limit named."""

    nesting: int = 64
    """Levels of sequence items."""
    elements: int = 2_000_000
    """Elements, items and fragments of one instance together."""
    findings: int = 100
    """Findings kept for one instance; the rest is counted."""
    inflated: int = 1 << 30
    """Bytes that a deflated data set may grow to."""
    inflated_in_memory: int = 1 << 23
    """Bytes of an inflated data set that are held in memory; beyond it a temporary file takes them."""


DEFAULT_LIMITS = Limits()
