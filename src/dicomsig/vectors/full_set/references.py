"""References to instances of the same study (PS3.3 10.8, C.12.2)."""

from dicomsig.vectors.images import CT_UID
from dicomsig.vectors.nodes import DataSet, Node, Sequence, data_set
from dicomsig.vectors.values import element, fixed_uid, sequence

__all__ = ["REFERENCED_CT", "common_instance_reference", "reference"]


def reference(sop_class_uid: str, uid_name: str) -> DataSet:
    """SOP Class and SOP Instance UID of an instance; the name makes the UID (PS3.3 10.8)."""
    return data_set(
        element("ReferencedSOPClassUID", sop_class_uid),
        element("ReferencedSOPInstanceUID", fixed_uid(f"instance {uid_name}")),
    )


REFERENCED_CT = reference(CT_UID, "ct")
"""The CT image of the core set."""


def common_instance_reference(series_name: str = "ct", *instances: DataSet) -> Sequence:
    """The instances that are named elsewhere, by their series; the CT image unless given (PS3.3 C.12.2)."""
    item: list[Node] = [
        element("SeriesInstanceUID", fixed_uid(f"series {series_name}")),
        sequence("ReferencedInstanceSequence", *(instances or (REFERENCED_CT,))),
    ]
    return sequence("ReferencedSeriesSequence", item)
