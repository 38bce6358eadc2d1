"""Unsigned raw data with unusual structure: private elements and deep nesting (PS3.5 7.5, 7.8; PS3.3 A.37)."""

from dicomsig.vectors import forms
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Node, Sequence, data_set, merged, without
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, leaf, sequence, tag_of

RAW_DATA_UID = "1.2.840.10008.5.1.4.1.1.66"

CREATOR = "TEST ONLY 1.0"
CREATOR_ELEMENT = 0x00990010
PRIVATE = 0x00991000


def raw_data_set(name: str) -> DataSet:
    """A Raw Data instance without raw data: little is asked, anything may be added (PS3.3 A.37)."""
    return data_set(
        common(name, RAW_DATA_UID),
        series("raw data", "OT"),
        content_time(),
        element("Laterality"),
        element("CreatorVersionUID", "2.25.7357"),
        sequence("AcquisitionContextSequence"),
    )


@instance("private-elements")
@instance("private-elements-big-endian", forms.BIG_ENDIAN, "Private elements in Explicit VR Big Endian")
@instance("private-elements-undefined-lengths", forms.UNDEFINED_LENGTHS, "Private elements with undefined lengths")
def private_elements() -> DataSet:
    """Private elements of many VRs, among them a private sequence (PS3.5 7.8.1)."""
    inner = data_set(
        leaf(CREATOR_ELEMENT, "LO", CREATOR),
        leaf(PRIVATE | 0x01, "SH", "inner"),
        Sequence(PRIVATE | 0x02, (data_set(leaf(CREATOR_ELEMENT, "LO", CREATOR), leaf(PRIVATE | 3, "US", 7)),)),
    )
    return data_set(
        raw_data_set("private-elements"),
        leaf(CREATOR_ELEMENT, "LO", CREATOR),
        leaf(PRIVATE | 0x01, "LO", "private text"),
        leaf(PRIVATE | 0x02, "DS", "1.50", "+2"),
        leaf(PRIVATE | 0x03, "US", 1, 2, 3),
        leaf(PRIVATE | 0x04, "SS", -1),
        leaf(PRIVATE | 0x05, "FD", 0.1),
        leaf(PRIVATE | 0x06, "FL", 0.5, -0.5),
        leaf(PRIVATE | 0x07, "OB", b"\1\2\3"),
        leaf(PRIVATE | 0x08, "OW", b"\1\2\3\4"),
        leaf(PRIVATE | 0x09, "UT", "private unlimited text"),
        leaf(PRIVATE | 0x0A, "PN", "TEST^PRIVATE"),
        leaf(PRIVATE | 0x0B, "UI", "2.25.73571"),
        leaf(PRIVATE | 0x0C, "AT", 0x00100010),
        leaf(PRIVATE | 0x0D, "UL", 0x01020304),
        leaf(PRIVATE | 0x0E, "LO"),
        Sequence(PRIVATE | 0x10, (inner, data_set())),
        Sequence(PRIVATE | 0x11),
    )


@instance("private-unknown")
def private_unknown() -> DataSet:
    """Private elements in UN, alone and inside a sequence, beside one that is known (PS3.5 6.2.2)."""
    creator = leaf(CREATOR_ELEMENT, "LO", CREATOR)
    hidden = Sequence(PRIVATE | 0x03, (data_set(creator, leaf(PRIVATE | 0x01, "UN", b"\1\2")),))
    return data_set(
        raw_data_set("private-unknown"),
        leaf(CREATOR_ELEMENT, "LO", CREATOR),
        leaf(PRIVATE | 0x01, "UN", b"unknown value"),
        leaf(PRIVATE | 0x02, "LO", "known"),
        hidden,
        Sequence(PRIVATE | 0x04, (data_set(creator, leaf(PRIVATE | 0x01, "LO", "known")),)),
    )


@instance("nested")
@instance("nested-implicit", forms.IMPLICIT, "Nested sequences in Implicit VR Little Endian")
@instance("nested-big-endian", forms.BIG_ENDIAN, "Nested sequences in Explicit VR Big Endian")
@instance("nested-deflated", forms.DEFLATED_STORED, "Nested sequences deflated into stored blocks")
@instance("nested-undefined-lengths", forms.UNDEFINED_LENGTHS, "Nested sequences with undefined lengths throughout")
@instance("nested-mixed-lengths", forms.MIXED_LENGTHS, "Nested sequences, undefined sequence, defined item lengths")
@instance("nested-group-lengths", forms.GROUP_LENGTHS, "Nested sequences with a group length in every group, items too")
@instance("nested-trailing-padding", forms.TRAILING_PADDING, "Nested sequences with Data Set Trailing Padding")
def nested() -> DataSet:
    """Sequences nested five deep, an empty sequence, an empty item, several items (PS3.5 7.5)."""
    return merged(
        without(raw_data_set("nested"), tag_of("Laterality")),
        sequence("AcquisitionContextSequence", _content(5), _content(1)),
        sequence("ReferencedImageSequence"),
        sequence("RequestAttributesSequence", ()),
        sequence("AnatomicRegionSequence", code("69536005", "SCT", "Head"), (), code("72696002", "SCT", "Knee")),
    )


def _content(depth: int) -> list[Node]:
    nodes: list[Node] = [
        element("ValueType", "TEXT"),
        sequence("ConceptNameCodeSequence", code("121071", "DCM", "Finding")),
        element("TextValue", f"depth {depth}"),
    ]
    if depth > 1:
        nodes.append(sequence("ContentSequence", _content(depth - 1), [element("TextValue", "sibling")]))
    return nodes
