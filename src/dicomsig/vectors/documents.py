"""Unsigned structured reports (PS3.3 A.35.1)."""

from collections.abc import Iterable, Iterator

from dicomsig.vectors import forms
from dicomsig.vectors.images import CT_UID
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Node, data_set, merged
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence

BASIC_TEXT_UID = "1.2.840.10008.5.1.4.1.1.88.11"

_FINDING = code("121071", "DCM", "Finding")
_FINDINGS = code("121070", "DCM", "Findings")


@instance("sr")
@instance("sr-undefined-lengths", forms.UNDEFINED_LENGTHS, "Basic Text SR with undefined lengths")
@instance("sr-implicit", forms.IMPLICIT, "Basic Text SR in Implicit VR Little Endian")
def sr() -> DataSet:
    """Basic Text SR with a content tree of four levels (PS3.3 A.35.1)."""
    return report("sr")


@instance("sr-verified")
def sr_verified() -> DataSet:
    """Basic Text SR that names its verifying observer (PS3.3 C.17.2)."""
    observer: list[Node] = [
        element("VerifyingOrganization", "TEST ONLY Hospital"),
        element("VerificationDateTime", "20240102030500"),
        element("VerifyingObserverName", "TEST^VERIFIER"),
        sequence("VerifyingObserverIdentificationCodeSequence"),
    ]
    return merged(
        report("sr-verified"),
        element("VerificationFlag", "VERIFIED"),
        sequence("VerifyingObserverSequence", observer),
    )


def report(name: str) -> DataSet:
    """A complete report in UTF-8 that is not verified; the name makes the SOP Instance UID."""
    base = data_set(
        common(name, BASIC_TEXT_UID),
        series("report", "SR"),
        content_time(),
        sequence("ReferencedPerformedProcedureStepSequence"),
        sequence("PerformedProcedureCodeSequence"),
        sequence("CurrentRequestedProcedureEvidenceSequence", _evidence()),
        element("CompletionFlag", "COMPLETE"),
        element("VerificationFlag", "UNVERIFIED"),
        _content_tree(),
    )
    return merged(
        base,
        element("SpecificCharacterSet", "ISO_IR 192"),
        element("ReferringPhysicianName", "PRÜFER^NUR^TEST".encode()),
    )


def _evidence() -> Iterator[Node]:
    """One referenced image in its study and series (PS3.3 C.17.2.1)."""
    image = [
        element("ReferencedSOPClassUID", CT_UID),
        element("ReferencedSOPInstanceUID", fixed_uid("instance ct")),
    ]
    inner: list[Node] = [sequence("ReferencedSOPSequence", image), element("SeriesInstanceUID", fixed_uid("series ct"))]
    yield sequence("ReferencedSeriesSequence", inner)
    yield element("StudyInstanceUID", fixed_uid("study"))


def _content_tree() -> Iterator[Node]:
    """The root container with text, name, code, image and containers below it (PS3.3 C.17.3)."""
    text = _text("CONTAINS", _FINDING, "Nothing to see: this text exists for tests ONLY, ä ö ü.".encode())
    inferred = _text("INFERRED FROM", code("121071", "DCM", "Finding"), b"An even shorter test text")
    deep = _item("CONTAINS", "TEXT", _FINDING, element("TextValue", "Second text"), [inferred])
    section = _item("CONTAINS", "CONTAINER", _FINDINGS, element("ContinuityOfContent", "SEPARATE"), [text, deep])
    impression = _item(
        "CONTAINS",
        "CONTAINER",
        code("121072", "DCM", "Impressions"),
        element("ContinuityOfContent", "SEPARATE"),
        [
            _text("CONTAINS", code("121073", "DCM", "Impression"), b"Test only"),
            _item(
                "CONTAINS",
                "CODE",
                code("121071", "DCM", "Finding"),
                sequence("ConceptCodeSequence", code("17621005", "SCT", "Normal")),
            ),
        ],
    )
    observer = _item(
        "HAS OBS CONTEXT",
        "PNAME",
        code("121008", "DCM", "Person Observer Name"),
        element("PersonName", "TEST^OBSERVER"),
    )
    yield element("ValueType", "CONTAINER")
    yield sequence("ConceptNameCodeSequence", code("18748-4", "LN", "Diagnostic Imaging Report"))
    yield element("ContinuityOfContent", "SEPARATE")
    yield sequence("ContentSequence", observer, section, impression, _image())


def _image() -> DataSet:
    reference = sequence(
        "ReferencedSOPSequence",
        [
            element("ReferencedSOPClassUID", CT_UID),
            element("ReferencedSOPInstanceUID", fixed_uid("instance ct")),
        ],
    )
    return _item("CONTAINS", "IMAGE", code("121080", "DCM", "Best illustration of finding"), reference)


def _text(relationship: str, name: DataSet, text: bytes) -> DataSet:
    return _item(relationship, "TEXT", name, element("TextValue", text))


def _item(relationship: str, value_type: str, name: DataSet, value: Node, children: Iterable[DataSet] = ()) -> DataSet:
    nodes: list[Node] = [
        element("RelationshipType", relationship),
        element("ValueType", value_type),
        sequence("ConceptNameCodeSequence", name),
        value,
    ]
    if children:
        nodes.append(sequence("ContentSequence", *children))
    return data_set(nodes)
