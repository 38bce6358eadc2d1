"""Modules that several instances share, with values that nobody can take for a patient's (PS3.3 C.7 and C.12)."""

from collections.abc import Iterator

from dicomsig.vectors.nodes import Leaf, Node
from dicomsig.vectors.values import element, fixed_uid

DATE = "20240102"
TIME = "030405"


def patient() -> Iterator[Leaf]:
    """The Patient Module (PS3.3 C.7.1.1)."""
    yield element("PatientName", "TEST^ONLY")
    yield element("PatientID", "TEST-ONLY")
    yield element("PatientBirthDate", "19700101")
    yield element("PatientSex", "O")


def study() -> Iterator[Leaf]:
    """The General Study Module (PS3.3 C.7.2.1)."""
    yield element("StudyInstanceUID", fixed_uid("study"))
    yield element("StudyDate", DATE)
    yield element("StudyTime", TIME)
    yield element("ReferringPhysicianName", "TEST^REFERRER")
    yield element("StudyID", "TEST")
    yield element("AccessionNumber", "TEST0001")


def series(name: str, modality: str) -> Iterator[Leaf]:
    """The General Series Module (PS3.3 C.7.3.1); the name makes the UID."""
    yield element("Modality", modality)
    yield element("SeriesInstanceUID", fixed_uid(f"series {name}"))
    yield element("SeriesNumber", 1)


def spatial_series(name: str, modality: str) -> Iterator[Leaf]:
    """A series with a frame of reference and a patient position (PS3.3 C.7.3.1, C.7.4.1)."""
    yield from series(name, modality)
    yield element("PatientPosition", "HFS")
    yield element("FrameOfReferenceUID", fixed_uid(f"frame of reference {name}"))
    yield element("PositionReferenceIndicator", "")


def equipment() -> Iterator[Leaf]:
    """The General and the Enhanced General Equipment Module (PS3.3 C.7.5.1, C.7.5.2)."""
    yield element("Manufacturer", "TEST ONLY Imaging")
    yield element("InstitutionName", "TEST ONLY Hospital")
    yield element("ManufacturerModelName", "Test 1")
    yield element("DeviceSerialNumber", "0000001")
    yield element("SoftwareVersions", "1.0", "test")


def sop_common(name: str, sop_class_uid: str) -> Iterator[Leaf]:
    """The SOP Common Module (PS3.3 C.12.1); the name makes the SOP Instance UID."""
    yield element("SpecificCharacterSet", "ISO_IR 100")
    yield element("SOPClassUID", sop_class_uid)
    yield element("SOPInstanceUID", fixed_uid(f"instance {name}"))
    yield element("InstanceCreationDate", DATE)
    yield element("InstanceCreationTime", TIME)


def content_time() -> Iterator[Leaf]:
    """Date and time of the content, with the number of the instance."""
    yield element("InstanceNumber", 1)
    yield element("ContentDate", DATE)
    yield element("ContentTime", TIME)


def common(name: str, sop_class_uid: str) -> Iterator[Node]:
    """What every instance here has: patient, study, equipment, SOP Common."""
    yield from patient()
    yield from study()
    yield from equipment()
    yield from sop_common(name, sop_class_uid)
