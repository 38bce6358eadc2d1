"""Report signatures that lack a purpose, an element or a secured reference (PS3.15 C.4 and A.4)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from dicomsig.encoding import tags
from dicomsig.vectors.edits import Edit, at, dropped, edited, emptied, in_items, put
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import DataSet, data_set
from dicomsig.vectors.seals import Probabilistic
from dicomsig.vectors.values import element, fixed_uid, sequence, tag_of
from dicomsig.vectors.wrong_signers.creator import without_element
from dicomsig.vectors.wrong_signers.recipe import WrongSigner, add, wrong
from dicomsig.vectors.wrong_signers.twins import of, purpose_code, sha_1

__all__ = ["author", "digest", "report", "verified", "with_purpose"]

_REPORT: Final = "ps3.15-c.4-"
_BASIC: Final = "ps3.15-a.4-"
_EVIDENCE: Final = "CurrentRequestedProcedureEvidenceSequence"
_OTHER_EVIDENCE: Final = "PertinentOtherEvidenceSequence"
_PURPOSE: Final = "DigitalSignaturePurposeCodeSequence"
_CONTENT_ITEM: Final = "/0040a730[0]/"


def author(forgery: Forgery) -> Forgery:
    """The signature is that of the author."""
    return with_purpose(forgery, "1", "Author's Signature")


def with_purpose(forgery: Forgery, value: str, meaning: str, scheme: str = "ASTM-sigpurpose") -> Forgery:
    """The signature states one purpose."""
    return replace(forgery, item=(put(sequence(_PURPOSE, purpose_code(value, scheme, meaning))),))


def digest(algorithm: str = "SHA1", length: int = 20) -> Edit:
    """A reference has the digest of the instance that it names (PS3.3 C.17.2.1)."""
    item = data_set(
        element("MACCalculationTransferSyntaxUID", "1.2.840.10008.1.2.1"),
        element("MACAlgorithm", algorithm),
        element("DataElementsSigned", tags.SOP_INSTANCE_UID),
        element("MAC", bytes(length)),
    )
    return put(sequence("ReferencedSOPInstanceMACSequence", item))


def _evidence(*edits: Edit) -> DataSet:
    """One study, series and image (PS3.3 C.17.2.1)."""
    image = data_set(
        element("ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2"),
        element("ReferencedSOPInstanceUID", fixed_uid("instance ct")),
    )
    series = data_set(
        sequence("ReferencedSOPSequence", edited(image, edits)),
        element("SeriesInstanceUID", fixed_uid("series ct")),
    )
    return data_set(sequence("ReferencedSeriesSequence", series), element("StudyInstanceUID", fixed_uid("study")))


def _filled(name: str) -> Forgery:
    """A report with all that the list of PS3.15 C.4 names, all evidence secured by digests."""
    predecessor = _evidence()
    return of(name).on(
        put(
            sequence(_EVIDENCE, _evidence(digest())),
            sequence(_OTHER_EVIDENCE, _evidence(digest())),
            sequence("PredecessorDocumentsSequence", predecessor),
            element("ObservationDateTime", "20240102030400"),
        )
    )


def report() -> Forgery:
    """A report that is not verified, signed by its author over everything."""
    return author(_filled("sr"))


def verified() -> Forgery:
    """A verified report with its verification signature over everything."""
    return with_purpose(_filled("sr-verified"), "5", "Verification Signature")


_ELEMENTS: Final = {
    "sop-class-uid": "SOPClassUID",
    "study-instance-uid": "StudyInstanceUID",
    "series-instance-uid": "SeriesInstanceUID",
    "module-general-equipment": "Manufacturer",
    "current-evidence": _EVIDENCE,
    "other-evidence": _OTHER_EVIDENCE,
    "predecessor-documents": "PredecessorDocumentsSequence",
    "observation-datetime": "ObservationDateTime",
    "module-sr-document-content": "ContentSequence",
}
_WHEN_VERIFIED: Final = {
    "verified-sop-instance-uid": "SOPInstanceUID",
    "verified-flag": "VerificationFlag",
    "verified-observer-sequence": "VerifyingObserverSequence",
    "verified-datetime": "VerifyingObserverSequence",
}


def _add(twin: Callable[[], Forgery], rows: dict[str, str], whose: str) -> None:
    for row, keyword in rows.items():
        title = f"The {whose} signature of a report does not cover {keyword}"
        change = partial(without_element, keyword=keyword)
        add(WrongSigner(f"report-without-{row}", title, _REPORT + row, twin, change))


_add(report, _ELEMENTS, "author's")
_add(verified, _WHEN_VERIFIED, "verification")


@wrong(_REPORT + "purpose-required", report)
def report_without_purpose(twin: Forgery) -> Forgery:
    """The signature of a report does not state its purpose."""
    return replace(twin, item=())


@wrong(_REPORT + "purpose-required", report)
def report_with_empty_purpose(twin: Forgery) -> Forgery:
    """The purpose of a report signature is an item without code."""
    return replace(twin, item=(put(sequence(_PURPOSE, ())),))


@wrong(_REPORT + "base-methodology", report)
def report_with_probabilistic_padding(twin: Forgery) -> Forgery:
    """A report signature is padded by PSS, which the base profile does not know."""
    return replace(twin, seal=Probabilistic())


@wrong(_REPORT + "report-or-key-objects", verified)
def report_with_two_verifying_observers(twin: Forgery) -> Forgery:
    """Two persons verify one report, for which the profile is not made."""
    return twin.on(in_items(tag_of("VerifyingObserverSequence"), lambda items: items * 2))


@wrong(_REPORT + "top-level-signature", report)
def report_signed_in_an_item_only(twin: Forgery) -> Forgery:
    """An item of the content tree is signed, and the report is not."""
    return replace(twin, place=_CONTENT_ITEM)


@wrong(_REPORT + "verification-purpose", verified)
def verified_report_with_the_authors_signature_only(twin: Forgery) -> Forgery:
    """A verified report has a signature with the purpose 1 and none with 5."""
    return author(twin)


@wrong(_REPORT + "verification-purpose", verified)
def verified_report_with_a_validation_signature_only(twin: Forgery) -> Forgery:
    """A verified report has a signature with the purpose 6, as in an informative example, and none with 5."""
    return with_purpose(twin, "6", "Validation Signature")


@wrong(_REPORT + "verification-purpose", verified)
def verified_report_with_the_purpose_of_another_scheme(twin: Forgery) -> Forgery:
    """The purpose of the one signature is code 5 of a private scheme; its meaning says verification."""
    return with_purpose(twin, "5", "Verification Signature", "99TEST")


@wrong(_REPORT + "referenced-mac-algorithm", report)
def report_with_a_digest_of_an_unknown_algorithm(twin: Forgery) -> Forgery:
    """The digest of an evidence image names SHA3-256."""
    return twin.on(put(sequence(_EVIDENCE, _evidence(digest("SHA3-256", 32)))))


@wrong(
    _REPORT + "referenced-mac-algorithm-three", lambda: replace(report(), algorithm=sha_1().algorithm), edition="2008"
)
def report_with_a_digest_of_a_later_edition(twin: Forgery) -> Forgery:
    """The digest of an evidence image names SHA256, which the edition of 2008 lacks."""
    return twin.on(put(sequence(_EVIDENCE, _evidence(digest("SHA256", 32)))))


@wrong(_BASIC + "signs-by-structured-report-profile", report)
def basic_sr_without_purpose(twin: Forgery) -> Forgery:
    """A product of the Basic SR profile signs a report without stating a purpose."""
    return replace(twin, item=())


@wrong(_BASIC + "current-evidence-secured", report)
def basic_sr_with_bare_evidence(twin: Forgery) -> Forgery:
    """An evidence image is referenced without signature and digest."""
    return twin.on(put(sequence(_EVIDENCE, _evidence())))


@wrong(_BASIC + "current-evidence-secured", report)
def basic_sr_with_one_bare_reference_of_three(twin: Forgery) -> Forgery:
    """Of three evidence images one is referenced without signature and digest."""
    three = at("/00081115[0]/", in_items(tag_of("ReferencedSOPSequence"), lambda items: items * 3))
    bare = at("/00081115[0]/00081199[1]/", dropped(tag_of("ReferencedSOPInstanceMACSequence")))
    return twin.on(put(sequence(_EVIDENCE, edited(_evidence(digest()), (three, bare)))))


@wrong(_BASIC + "current-evidence-secured", report)
def basic_sr_with_an_empty_digest(twin: Forgery) -> Forgery:
    """An evidence image is referenced with a digest sequence that has no item."""
    nothing = emptied(tag_of("ReferencedSOPInstanceMACSequence"))
    return twin.on(put(sequence(_EVIDENCE, _evidence(digest(), nothing))))


@wrong(_BASIC + "current-evidence-secured", report)
def basic_sr_with_a_digest_without_value(twin: Forgery) -> Forgery:
    """The digest of an evidence image has algorithm and list, and no value."""
    no_value = at("/04000403[0]/", dropped(tag_of("MAC")))
    return twin.on(put(sequence(_EVIDENCE, _evidence(digest(), no_value))))


@wrong(_BASIC + "other-evidence-secured", report)
def basic_sr_with_bare_other_evidence(twin: Forgery) -> Forgery:
    """An earlier image is referenced as evidence without signature and digest."""
    return twin.on(put(sequence(_OTHER_EVIDENCE, _evidence())))
