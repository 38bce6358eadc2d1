"""Unsigned Comprehensive SR documents and a Key Object Selection Document (PS3.3 A.35.3, A.35.4)."""

from collections.abc import Iterable, Iterator

from dicomsig.vectors.full_set.references import REFERENCED_CT, reference
from dicomsig.vectors.images import CT_UID
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Node, data_set, merged, without
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence, tag_of

COMPREHENSIVE_UID = "1.2.840.10008.5.1.4.1.1.88.33"
KEY_OBJECT_UID = "1.2.840.10008.5.1.4.1.1.88.59"

OBSERVED = "20240102030400"
VERIFIED = "20240102030500"


@instance("comprehensive-sr")
def comprehensive_sr() -> DataSet:
    """Comprehensive SR, not verified, with measurement, coordinates and reference by identifier (PS3.3 A.35.3)."""
    return _comprehensive("comprehensive-sr")


@instance("comprehensive-sr-verified")
def comprehensive_sr_verified() -> DataSet:
    """Comprehensive SR that its verifying observer verified and that replaces another (PS3.3 C.17.2)."""
    observer: list[Node] = [
        element("VerifyingOrganization", "TEST ONLY Hospital"),
        element("VerificationDateTime", VERIFIED),
        element("VerifyingObserverName", "TEST^VERIFIER"),
        sequence("VerifyingObserverIdentificationCodeSequence", code("V1", "99TEST", "Test verifier")),
    ]
    return merged(
        _comprehensive("comprehensive-sr-verified"),
        element("VerificationFlag", "VERIFIED"),
        sequence("VerifyingObserverSequence", observer),
        sequence("PredecessorDocumentsSequence", _evidence("report", reference(COMPREHENSIVE_UID, "comprehensive-sr"))),
    )


@instance("key-object-selection")
def key_object_selection() -> DataSet:
    """Key Object Selection Document that names one image (PS3.3 A.35.4)."""
    description = _item("CONTAINS", "TEXT", code("113012", "DCM", "Key Object Description"))
    base = data_set(
        _document("key-object-selection", KEY_OBJECT_UID, "KO"),
        sequence("CurrentRequestedProcedureEvidenceSequence", _evidence("ct", REFERENCED_CT)),
        _root(code("113000", "DCM", "Of Interest"), "2010"),
        sequence(
            "ContentSequence",
            [*description, element("TextValue", "Test only")],
            [
                element("RelationshipType", "CONTAINS"),
                element("ValueType", "IMAGE"),
                sequence("ReferencedSOPSequence", REFERENCED_CT),
            ],
        ),
    )
    # A selection has no Performed Procedure Code Sequence: it lacks the SR Document General Module (PS3.3 A.35.4).
    return without(base, tag_of("PerformedProcedureCodeSequence"))


def _comprehensive(name: str) -> DataSet:
    author: list[Node] = [
        element("ObserverType", "PSN"),
        element("PersonName", "TEST^AUTHOR"),
        sequence("PersonIdentificationCodeSequence"),
        element("InstitutionName", "TEST ONLY Hospital"),
        sequence("InstitutionCodeSequence"),
    ]
    return data_set(
        _document(name, COMPREHENSIVE_UID, "SR"),
        element("CompletionFlag", "COMPLETE"),
        element("VerificationFlag", "UNVERIFIED"),
        element("PreliminaryFlag", "FINAL"),
        sequence("AuthorObserverSequence", author),
        sequence("ReferencedRequestSequence", _request()),
        sequence("CurrentRequestedProcedureEvidenceSequence", _evidence("ct", REFERENCED_CT)),
        sequence("PertinentOtherEvidenceSequence", _evidence("ct of before", reference(CT_UID, "ct of before"))),
        element("ObservationDateTime", OBSERVED),
        _root(code("126000", "DCM", "Imaging Measurement Report"), "1500"),
        sequence("ContentSequence", *_content()),
    )


def _document(name: str, sop_class_uid: str, modality: str) -> Iterator[Node]:
    """What each document has apart from its content (PS3.3 C.17.1, C.17.2)."""
    yield from common(name, sop_class_uid)
    yield from series(name, modality)
    yield from content_time()
    yield sequence("ReferencedPerformedProcedureStepSequence")
    yield sequence("PerformedProcedureCodeSequence")


def _request() -> Iterator[Node]:
    yield element("StudyInstanceUID", fixed_uid("study"))
    yield sequence("ReferencedStudySequence")
    yield element("AccessionNumber", "TEST0001")
    yield element("PlacerOrderNumberImagingServiceRequest")
    yield element("FillerOrderNumberImagingServiceRequest")
    yield element("RequestedProcedureID", "TEST1")
    yield element("RequestedProcedureDescription", "Test procedure")
    yield sequence("RequestedProcedureCodeSequence")


def _evidence(series_name: str, referenced: DataSet) -> Iterator[Node]:
    """One referenced instance in its study and series (PS3.3 C.17.2.1)."""
    yield sequence(
        "ReferencedSeriesSequence",
        [
            sequence("ReferencedSOPSequence", referenced),
            element("SeriesInstanceUID", fixed_uid(f"series {series_name}")),
        ],
    )
    yield element("StudyInstanceUID", fixed_uid("study"))


def _root(title: DataSet, template: str) -> Iterator[Node]:
    """The root container with the template it follows (PS3.3 C.17.3, C.18.8)."""
    yield element("ValueType", "CONTAINER")
    yield sequence("ConceptNameCodeSequence", title)
    yield element("ContinuityOfContent", "SEPARATE")
    yield sequence(
        "ContentTemplateSequence", [element("MappingResource", "DCMR"), element("TemplateIdentifier", template)]
    )


def _content() -> Iterator[Iterable[Node]]:
    yield [
        *_item("HAS OBS CONTEXT", "PNAME", code("121008", "DCM", "Person Observer Name")),
        element("PersonName", "TEST^OBSERVER"),
    ]
    yield [
        *_item("CONTAINS", "NUM", code("410668003", "SCT", "Length")),
        element("ObservationDateTime", OBSERVED),
        sequence(
            "MeasuredValueSequence",
            [
                element("NumericValue", "12.5"),
                sequence("MeasurementUnitsCodeSequence", code("mm", "UCUM", "millimeter")),
            ],
        ),
        sequence("ContentSequence", _coordinates()),
    ]
    yield [
        *_item("CONTAINS", "CODE", code("121071", "DCM", "Finding")),
        sequence("ConceptCodeSequence", code("17621005", "SCT", "Normal")),
        sequence(
            "ContentSequence",
            # A reference to the measurement, the second child of the root (PS3.3 C.17.3.2.5).
            [element("RelationshipType", "INFERRED FROM"), element("ReferencedContentItemIdentifier", 1, 2)],
        ),
    ]
    yield [
        *_item("CONTAINS", "UIDREF", code("112040", "DCM", "Tracking Unique Identifier")),
        element("UID", fixed_uid("tracking")),
    ]


def _coordinates() -> list[Node]:
    """A polyline in the referenced image (PS3.3 C.18.6)."""
    selected: list[Node] = [
        element("RelationshipType", "SELECTED FROM"),
        element("ValueType", "IMAGE"),
        sequence("ReferencedSOPSequence", REFERENCED_CT),
    ]
    return [
        *_item("INFERRED FROM", "SCOORD", code("121055", "DCM", "Path")),
        element("GraphicType", "POLYLINE"),
        element("GraphicData", 10.0, 10.0, 35.0, 10.0),
        sequence("ContentSequence", selected),
    ]


def _item(relationship: str, value_type: str, name: DataSet) -> Iterator[Node]:
    yield element("RelationshipType", relationship)
    yield element("ValueType", value_type)
    yield sequence("ConceptNameCodeSequence", name)
