"""Forged instances as the checks of `dicomsig.conformance` see them, and what a check says of one."""

from collections.abc import Callable

import dicomsig.conformance.checks  # noqa: F401 - binds the checks
from dicomsig.conformance.checks.registry import registered
from dicomsig.conformance.editions import DEFAULT, edition
from dicomsig.conformance.finding import Finding
from dicomsig.conformance.register import Scope
from dicomsig.conformance.views import JudgedInstance, judged
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.verdict import Verdict
from dicomsig.vectors.forge import Forgery, forge

__all__ = ["ask", "view"]


def view(
    forgery: Forgery, label: str = DEFAULT, *, is_own: Callable[[Verdict], bool] = lambda verdict: True
) -> JudgedInstance:
    """The forged file with the verdicts on its signatures, under an edition."""
    return judged(instance_of(forge(forgery)), edition(label), is_own=is_own)


def ask(requirement: str, whole: JudgedInstance, number: int = 0) -> Finding | None:
    """What a row says of the instance, or of one of its signatures; None where it does not apply."""
    check = registered()[requirement]
    return check.ask(whole if check.scope is Scope.INSTANCE else whole.signatures[number])
