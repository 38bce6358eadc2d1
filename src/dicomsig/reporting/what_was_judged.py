"""What was judged, against what, and what could not be judged, in plain words."""

from typing import Final

from dicomsig.reporting.archive_words import binding_profiles, claimed_levels, not_judged
from dicomsig.reporting.document import ResultDocument
from dicomsig.reporting.phrases import number_of
from dicomsig.reporting.roles import Role
from dicomsig.reporting.round_trips import round_trips_sentence

__all__ = ["judged_sentence", "limits"]

_RULES_OF_ARCHIVES: Final = {"storage-level-1": "the rules for every archive", "negotiation": "extended negotiation"}
"""What else binds every archive; other products it is the base profile."""


def judged_sentence(document: ResultDocument) -> str:
    """What was judged, how much of it, and against what."""
    summary, subject = document.summary, document.subject
    product = " ".join(filter(None, (subject.product, subject.version)))
    if subject.vendor:
        product = f"{product} by {subject.vendor}" if product else f"a product of {subject.vendor}"
    signatures, signed = number_of(summary.signatures, "signature"), number_of(summary.signed, "signed instance")
    profiles = [f"the {profile} profile" for profile in document.run.profiles]
    beyond = ["the base profile"]
    if subject.role == Role.ARCHIVE:
        beyond = [_RULES_OF_ARCHIVES[name] for name in binding_profiles(document)]
    against = ", ".join(["the rules for every signature", *beyond, *profiles, *claimed_levels(document)])
    part = f" Only a part was asked for: {', '.join(document.run.only)}." if document.run.only else ""
    if document.subject.role == Role.VERIFIER:
        put = number_of(summary.files, "instance with known verdicts", "instances with known verdicts")
        whom = product or "the product"
        edition = document.suite.edition
        asked = f"dicomsig put {put} to {whom}, as a verifier, and judged the answers against edition {edition} of the"
        return f"{asked} standard: {against}.{part}"
    if subject.role == Role.ARCHIVE:
        edition = f"edition {document.suite.edition} of the standard"
        return f"{round_trips_sentence(document, product, f'{edition}: {against}')}{part}"
    files = number_of(summary.files, "file was", "files were")
    whose, role = f" of {product}" if product else "", "" if subject.role == Role.SIGNER else f"as {subject.role}, "
    return (
        f"dicomsig judged {signatures} in {signed}{whose}, {role}"
        f"against edition {document.suite.edition} of the standard: {against}. {files} looked at.{part}"
    )


def limits(document: ResultDocument) -> tuple[str, ...]:
    """What could not be judged, beyond the requirements that stayed open."""
    summary = document.summary
    note = (summary.coverage.note,) if summary.coverage.note else ()
    if document.subject.role == Role.VERIFIER:  # the instances are ours
        return note
    passed_over = sum(each.files for each in summary.passed_over)
    lines = (
        (summary.unsigned, number_of(summary.unsigned, "instance bears", "instances bear") + " no signature"),
        (summary.unreadable, number_of(summary.unreadable, "instance is", "instances are") + " malformed"),
        (summary.not_opened, number_of(summary.not_opened, "file") + " could not be opened"),
        (summary.not_dicom, number_of(summary.not_dicom, "file is", "files are") + " not DICOM"),
        (passed_over, number_of(passed_over, "file was", "files were") + " passed over: " + _kinds(document)),
    )
    stayed = note or not_judged(document) if document.subject.role == Role.ARCHIVE else ()
    return (*(text for number, text in lines if number), *stayed)


def _kinds(document: ResultDocument) -> str:
    return ", ".join(f"{each.files} {each.kind}" for each in document.summary.passed_over)
