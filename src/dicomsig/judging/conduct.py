"""What an adapter does wrong apart from any vector is a finding of its own."""

from collections.abc import Iterable
from typing import Final

from dicomsig.conformance.register import register
from dicomsig.conformance.results import CaseOutcome, Subject
from dicomsig.judging.rows import Tally
from dicomsig.judging.verifier_case import ROLE

__all__ = ["Misconduct", "conduct"]

Misconduct = tuple[str, str]
"""A code and a message without text of the system: what happened."""

_CASE: Final = f"{ROLE}/adapter"
_ROW: Final = "ps3.15-c.1-verifies-sha256"
"""The standard has no row on adapters: the first thing that every verifier can do stands for all of them."""


def conduct(found: Iterable[Misconduct]) -> CaseOutcome:
    """The case of the adapter as a whole; each kind of misconduct leaves open what its answers are worth."""
    tally = Tally(_CASE, Subject())
    met: set[str] = set()
    for code, message in found:
        tally.observe(code, message)
        if code not in met:
            met.add(code)
            row = register()[_ROW]
            tally.leave_open(row, code, message, expected="an adapter that keeps to the protocol", found=code)
    return tally.outcome()
