"""Unsigned raw data and an instance of a private SOP Class (PS3.3 A.37, PS3.2 3, PS3.5 7.8)."""

from dicomsig.vectors.full_set.references import reference
from dicomsig.vectors.images import MR_UID
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Sequence, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.structures import CREATOR, CREATOR_ELEMENT, PRIVATE, RAW_DATA_UID
from dicomsig.vectors.values import code, element, fixed_uid, leaf, sequence

PRIVATE_SOP_CLASS_UID = "2.25.7357.66"


@instance("raw-data")
def raw_data() -> DataSet:
    """Raw data of an MR acquisition in a private element (PS3.3 A.37)."""
    purpose = sequence("PurposeOfReferenceCodeSequence", code("121324", "DCM", "Source image"))
    return data_set(
        common("raw-data", RAW_DATA_UID),
        series("raw-data", "MR"),
        element("Laterality"),
        content_time(),
        element("FrameOfReferenceUID", fixed_uid("frame of reference mr")),
        element("PositionReferenceIndicator"),
        element("AcquisitionDateTime", "20240102030405"),
        element("ContentLabel", "TEST_ONLY"),
        element("ContentDescription", "Synthetic raw data"),
        element("CreatorVersionUID", "2.25.7357.1"),
        sequence("ReferencedInstanceSequence", [*reference(MR_UID, "mr"), purpose]),
        sequence("AcquisitionContextSequence"),
        leaf(CREATOR_ELEMENT, "LO", CREATOR),
        leaf(PRIVATE | 0x20, "OB", bytes(range(256)) * 4),
    )


@instance("private-sop-class")
def private_sop_class() -> DataSet:
    """Instance of a private SOP Class with a standard and a private sequence (PS3.2 3.11.2)."""
    creator = leaf(CREATOR_ELEMENT, "LO", CREATOR)
    return data_set(
        common("private-sop-class", PRIVATE_SOP_CLASS_UID),
        series("private-sop-class", "OT"),
        content_time(),
        element("ContentLabel", "TEST_ONLY"),
        sequence("ConceptNameCodeSequence", code("121071", "DCM", "Finding")),
        creator,
        leaf(PRIVATE | 0x01, "LO", "private text"),
        leaf(PRIVATE | 0x02, "FD", 1.5, -0.25),
        Sequence(PRIVATE | 0x03, (data_set(creator, leaf(PRIVATE | 0x01, "LO", "inner")),)),
    )
