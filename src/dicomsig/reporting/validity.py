"""Whether the signatures of a run verified, and whether anybody checked who signed: two questions, never one.

Integrity says that what is signed was not changed; trust rests on anchors that are given from outside (PS3.15 C.1).
"""

from dicomsig.reporting.document import ResultDocument, VerdictCounts
from dicomsig.reporting.phrases import grouped_digits, number_of

__all__ = ["validity_sentence"]


def validity_sentence(document: ResultDocument) -> str:
    """How many signatures verified and how many signers were checked; empty where the run verified none itself."""
    integrity, trust = document.summary.integrity, document.summary.trust
    if integrity is None:
        return ""
    return f"{_of_integrity(integrity)} {_of_trust(trust)}"


def _of_integrity(counts: VerdictCounts) -> str:
    signatures = number_of(counts.total, "signature")
    if counts.valid == counts.total:
        all_of_them = "The one signature" if counts.total == 1 else f"All {signatures}"
        return f"{all_of_them} verified: what is signed is unchanged."
    parts = [f"{grouped_digits(counts.valid)} of {signatures} verified"]
    if counts.invalid:
        parts.append(f"{grouped_digits(counts.invalid)} did not")
    if counts.indeterminate:
        parts.append(f"{grouped_digits(counts.indeterminate)} could not be checked")
    return f"{', '.join(parts)}."


def _of_trust(counts: VerdictCounts | None) -> str:
    if counts is None:
        return "No trust anchor was given, so who signed was not checked."
    signatures = number_of(counts.total, "signature")
    parts = [f"The given trust anchors vouch for the signers of {grouped_digits(counts.valid)} of {signatures}"]
    if counts.invalid:
        parts.append(f"not for {grouped_digits(counts.invalid)}")
    if counts.indeterminate:
        parts.append(f"of {grouped_digits(counts.indeterminate)} it could not be decided")
    return f"{', '.join(parts)}."
