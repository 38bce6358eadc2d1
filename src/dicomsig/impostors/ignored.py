"""One impostor for each reason of verification: it does not look for this one thing (profiles/reasons.csv)."""

from dataclasses import replace
from typing import ClassVar, Final

from dicomsig.conformance.reason_table import reason_table
from dicomsig.encoding.instance import Instance
from dicomsig.impostors.honest import HonestVerifier
from dicomsig.signatures.macro import Signature
from dicomsig.signatures.verdict import Axis, Verdict, worst
from dicomsig.signatures.verify import Trust

__all__ = ["Ignoring", "reason_impostors"]


class Ignoring(HonestVerifier):
    """Verifies as the standard says and forgets one reason, on whatever axis it stands."""

    ignored: ClassVar[str] = ""

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """The honest verdict without the reason; an axis that had no other is valid."""
        honest = super().verdict(instance, signature, trust)
        kept = tuple(remark for remark in honest.remarks if remark.reason != self.ignored)
        if len(kept) == len(honest.remarks):
            return honest
        touched = {remark.axis for remark in honest.remarks if remark.reason == self.ignored}
        return replace(
            honest,
            remarks=kept,
            integrity=worst(kept, Axis.INTEGRITY) if Axis.INTEGRITY in touched else honest.integrity,
            structure=worst(kept, Axis.STRUCTURE) if Axis.STRUCTURE in touched else honest.structure,
            trust=worst(kept, Axis.TRUST) if Axis.TRUST in touched else honest.trust,
        )


_CONVICTED_BY: Final[dict[str, str]] = {}


def reason_impostors() -> tuple[type[HonestVerifier], ...]:
    """A class for each reason that can be forgotten, named ``ignores-`` and the code."""
    return tuple(_impostor(code, requirement) for code, requirement in _CONVICTED_BY.items())


def _impostor(code: str, requirement: str) -> type[HonestVerifier]:
    members = {
        "__doc__": f"Never finds `{code}`: {reason_table()[code].text}",
        "__module__": __name__,
        "ignored": code,
        "convicted_by": requirement,
    }
    made: type[HonestVerifier] = type(
        "Ignores" + "".join(part.title() for part in code.split("-")), (Ignoring,), members
    )
    made.name = f"ignores-{code}"
    return made
