"""What no signature covers may change: the verdict stays, and the gap is a thing to report (PS3.15 C.2, C.4)."""

from dataclasses import replace
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.vectors.corpus.content import LIST, STREAM, due
from dicomsig.vectors.edits import Edit, at, dropped, put
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.modules import common, series
from dicomsig.vectors.nodes import DataSet, data_set
from dicomsig.vectors.pixels import image_pixel, plane_8
from dicomsig.vectors.values import element, leaf, sequence
from dicomsig.vectors.vector import Expected, Outcome
from dicomsig.vectors.writing import DEFAULT, Signed, not_listing, positive, vector
from dicomsig.vectors.wrong_signers.twins import of

_CHANGED: Final = LIST + "unlisted-change-ignored"
_ADDED: Final = LIST + "unlisted-addition-ignored"
_CREATOR: Final = "ps3.15-c.2-"
_RT_STRUCTURE_SET: Final = "1.2.840.10008.5.1.4.1.1.481.3"


def _overlay() -> Edit:
    return put(
        leaf(0x60000010, "US", 64),
        leaf(0x60000011, "US", 64),
        leaf(0x60000040, "CS", "G"),
        leaf(0x60000050, "SS", 1, 1),
        leaf(0x60000100, "US", 1),
        leaf(0x60000102, "US", 0),
        leaf(0x60003000, "OW", b"\x5a" * 512),
    )


def _icon() -> Edit:
    pixels = element("PixelData", plane_8(16), vr="OB")
    return put(sequence("IconImageSequence", [*image_pixel(16, 16, 8), pixels]))


_EDITS: tuple[tuple[str, str, str, Edit], ...] = (
    (
        "patient-renamed",
        "Patient's Name (0010,0010), which the Creator profile leaves out, was changed",
        _CREATOR + "patient-not-covered",
        put(element("PatientName", "OTHER^ONE"), element("PatientID", "OTHER-ONE")),
    ),
    (
        "position-moved",
        "Image Position (Patient) (0020,0032), which the Creator profile leaves out, was changed",
        _CREATOR + "image-plane-not-covered",
        put(element("ImagePositionPatient", -16, -16, 20)),
    ),
    (
        "spacing-changed",
        "Pixel Spacing (0028,0030), which the Creator profile leaves out, was changed",
        _CREATOR + "image-plane-not-covered",
        put(element("PixelSpacing", 1, 1)),
    ),
    (
        "rescale-changed",
        "Rescale Intercept (0028,1052), which the Creator profile leaves out, was changed",
        _CREATOR + "rescale-and-window-not-covered",
        put(element("RescaleIntercept", 0)),
    ),
    (
        "window-changed",
        "Window Center (0028,1050), which the Creator profile leaves out, was changed",
        _CREATOR + "rescale-and-window-not-covered",
        put(element("WindowCenter", -600), element("WindowWidth", 1200)),
    ),
    (
        "character-set-changed",
        "Specific Character Set (0008,0005), which the Creator profile leaves out, was changed",
        _CREATOR + "character-set-not-covered",
        put(element("SpecificCharacterSet", "ISO_IR 144")),
    ),
    (
        "inherited-character-set-changed",
        "Signed texts read otherwise, since Specific Character Set (0008,0005) was changed; the bytes are the same",
        STREAM + "inherited-character-set",
        put(element("SpecificCharacterSet", "ISO_IR 192")),
    ),
    (
        "study-described",
        "An element that was not there was added",
        _ADDED,
        put(element("StudyDescription", "ADDED")),
    ),
    (
        "private-element-added",
        "A private element and its creator were added",
        _ADDED,
        put(leaf(0x00990010, "LO", "TEST ONLY 1.0"), leaf(0x00991001, "LO", "added")),
    ),
    (
        "unknown-element-added",
        "A private element with VR UN was added",
        _ADDED,
        put(leaf(0x00990010, "LO", "TEST ONLY 1.0"), leaf(0x00991001, "UN", b"\1\2\3\4")),
    ),
    ("overlay-added", "An overlay was added", _ADDED, _overlay()),
    ("icon-added", "An icon was added", _ADDED, _icon()),
    (
        "last-element-added",
        "An element was added behind Pixel Data (7FE0,0010)",
        _ADDED,
        put(leaf(0x7FE10010, "LO", "TEST ONLY 1.0"), leaf(0x7FE11001, "LO", "added")),
    ),
    ("element-removed-unsigned", "Accession Number (0008,0050) was removed", _CHANGED, dropped(0x00080050)),
)

for _name, _title, _requirement, _edit in _EDITS:
    vector(
        f"unsigned-{_name}",
        "creator-ct",
        Outcome.VALID,
        requirements=tuple(dict.fromkeys((_requirement, _CHANGED))),
        algorithms=DEFAULT,
        title=_title,
        family="unsigned-content",
    )(lambda twin, edit=_edit: twin.edited(edit))  # type: ignore[misc]


@positive("creator-contours", [_CREATOR + "uncovered-classes"], algorithms=DEFAULT)
def creator_contours(algorithm: MacAlgorithm) -> Forgery:
    """Of an RT Structure Set the Creator profile asks for UIDs and equipment alone."""
    contours = _contours("0\\0\\0\\10\\10\\0\\0\\10\\0")
    return Forgery(contours, algorithm=algorithm, listed=due(contours, "creator"))


def _contours(points: str) -> DataSet:
    contour = [element("NumberOfContourPoints", 3), element("ContourData", points.encode())]
    return data_set(
        common("contours", _RT_STRUCTURE_SET),
        series("contours", "RTSTRUCT"),
        element("StructureSetLabel", "TEST"),
        sequence("ROIContourSequence", [sequence("ContourSequence", contour), element("ReferencedROINumber", 1)]),
    )


@vector(
    "unsigned-contour-moved",
    "creator-contours",
    Outcome.VALID,
    requirements=[_CREATOR + "uncovered-classes"],
    algorithms=DEFAULT,
)
def unsigned_contour_moved(twin: Signed) -> bytes:
    """A contour of an RT Structure Set was moved; the Creator profile does not cover it."""
    points = put(element("ContourData", b"5\\5\\0\\10\\10\\0\\0\\10\\0"))
    return twin.edited(at("/30060039[0]/", at("/30060040[0]/", points)))


@positive("whole-contours", [_CREATOR + "uncovered-classes"])
def whole_contours(algorithm: MacAlgorithm) -> Forgery:
    """Of an RT Structure Set everything that can be signed is signed."""
    return Forgery(_contours("0\\0\\0\\10\\10\\0\\0\\10\\0"), algorithm=algorithm)


@vector("signed-contour-moved", "whole-contours", reason="mac-mismatch", requirements=[_CREATOR + "uncovered-classes"])
def signed_contour_moved(twin: Signed) -> bytes:
    """A contour of an RT Structure Set, which is signed, was moved."""
    points = put(element("ContourData", b"5\\5\\0\\10\\10\\0\\0\\10\\0"))
    return twin.edited(at("/30060039[0]/", at("/30060040[0]/", points)))


@vector(
    "unverified-report-renamed",
    "report-sr",
    Outcome.VALID,
    requirements=["ps3.15-c.4-unverified-instance-uid-free"],
    algorithms=DEFAULT,
)
def unverified_report_renamed(twin: Signed) -> bytes:
    """An unverified report got another SOP Instance UID and Completion Flag, which its signature leaves out (A-22)."""
    return twin.edited(put(element("SOPInstanceUID", "2.25.735799"), element("CompletionFlag", "PARTIAL")))


@positive("unknown-beside-signed", [LIST + "unlisted-addition-ignored"], algorithms=DEFAULT)
def unknown_beside_signed(algorithm: MacAlgorithm) -> Forgery:
    """Private elements with VR UN stand unsigned beside what is signed."""
    return replace(of("private-unknown"), algorithm=algorithm)


@vector(
    "unknown-beside-signed-changed", "unknown-beside-signed", Outcome.VALID, requirements=[_CHANGED], algorithms=DEFAULT
)
def unknown_beside_signed_changed(twin: Signed) -> bytes:
    """An unsigned element with VR UN has another value."""
    return twin.edited(put(leaf(0x00991001, "UN", b"changed")))


@vector(
    "known-beside-unknown-changed",
    "unknown-beside-signed",
    reason="mac-mismatch",
    requirements=[LIST + "listed-change-detected"],
    algorithms=DEFAULT,
)
def known_beside_unknown_changed(twin: Signed) -> bytes:
    """A signed private element beside one with VR UN has another value."""
    return twin.edited(put(leaf(0x00991002, "LO", "changed")))


_OMITTED: tuple[tuple[str, str, str, int], ...] = (
    ("creator-list-lacks-study-uid", "creator-ct", _CREATOR + "profile-checked", 0x0020000D),
    ("creator-list-lacks-pixels", "creator-ct", _CREATOR + "profile-checked", 0x7FE00010),
    ("creator-list-lacks-manufacturer", "creator-ct", _CREATOR + "profile-checked", 0x00080070),
    ("report-list-lacks-content", "report-sr-verified", "ps3.15-c.4-profile-checked", 0x0040A730),
    ("report-list-lacks-observer", "report-sr-verified", "ps3.15-c.4-profile-checked", 0x0040A073),
    ("report-list-lacks-flag", "report-sr-verified", "ps3.15-c.4-profile-checked", 0x0040A493),
)


for _name, _twin, _requirement, _tag in _OMITTED:
    vector(
        _name,
        _twin,
        Outcome.VALID,
        requirements=(_requirement,),
        expected=(Expected(not_met=("creator" if _twin == "creator-ct" else "structured-report",)),),
        title=f"A due element, ({_tag >> 16:04X},{_tag & 0xFFFF:04X}), is not signed: data intact, profile not met",
        family="unsigned-content",
    )(not_listing(_tag))
