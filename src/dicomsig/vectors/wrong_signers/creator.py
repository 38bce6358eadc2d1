"""Creator signatures that leave out one element that PS3.15 C.2 wants covered, one recipe a row."""

from dataclasses import replace
from functools import partial
from typing import Final

from dicomsig.encoding.tags import Tag, format_tag
from dicomsig.vectors.edits import put
from dicomsig.vectors.forge import Forgery, signable_tags
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import Node, data_set, merged
from dicomsig.vectors.seals import Probabilistic
from dicomsig.vectors.values import Value, element, fixed_uid, leaf, sequence, tag_of
from dicomsig.vectors.wrong_signers.recipe import WrongSigner, add, wrong
from dicomsig.vectors.wrong_signers.twins import ct, of, overlays

_CREATOR: Final = "ps3.15-c.2-"
_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
_IMPLANTS: Final = "1.2.840.10008.5.1.4."

NAMED: Final = {
    "sop-class-uid": "SOPClassUID",
    "sop-instance-uid": "SOPInstanceUID",
    "creation-date": "InstanceCreationDate",
    "creation-time": "InstanceCreationTime",
    "study-instance-uid": "StudyInstanceUID",
    "series-instance-uid": "SeriesInstanceUID",
    "module-general-equipment": "Manufacturer",
    "module-general-image": "ImageType",
    "module-image-pixel": "BitsStored",
}
"""Rows that a CT image can break, each with the element left out."""

MODULES: Final = {
    "graphic-annotation": (_STORAGE + "11.1", "GraphicAnnotationSequence"),
    "sr-document-general": (_STORAGE + "88.11", "CompletionFlag"),
    "sr-document-content": (_STORAGE + "88.11", "ContinuityOfContent"),
    "waveform": (_STORAGE + "9.1.1", "WaveformDisplayBackgroundCIELabValue"),
    "waveform-annotation": (_STORAGE + "9.1.1", "WaveformAnnotationSequence"),
    "multi-frame-functional-groups": (_STORAGE + "30", "SOPInstanceUIDOfConcatenationSource"),
    "enhanced-mr-image": (_STORAGE + "4.1", "ImageType"),
    "mr-spectroscopy": (_STORAGE + "4.2", "ImageType"),
    "raw-data": (_STORAGE + "66", "CreatorVersionUID"),
    "enhanced-ct-image": (_STORAGE + "2.1", "ImageType"),
    "enhanced-xa-xrf-image": (_STORAGE + "12.1.1", "ImageType"),
    "segmentation-image": (_STORAGE + "66.4", "SegmentationType"),
    "encapsulated-document": (_STORAGE + "104.1", "MIMETypeOfEncapsulatedDocument"),
    "x-ray-3d-image": (_STORAGE + "13.1.1", "ImageType"),
    "enhanced-pet-image": (_STORAGE + "130", "ImageType"),
    "enhanced-us-image": (_STORAGE + "6.2", "StageNumber"),
    "surface-segmentation": (_STORAGE + "66.5", "ContentLabel"),
    "surface-mesh": (_IMPLANTS + "43.1", "NumberOfSurfaces"),
    "structured-display": (_STORAGE + "131", "InstanceNumber"),
    "structured-display-annotation": (_STORAGE + "131", "StructuredDisplayTextBoxSequence"),
    "structured-display-image-box": (_STORAGE + "131", "StructuredDisplayImageBoxSequence"),
    "implant-template": (_IMPLANTS + "43.1", "ImplantName"),
    "implant-assembly-template": (_IMPLANTS + "44.1", "ImplantAssemblyTemplateName"),
    "implant-template-group": (_IMPLANTS + "45.1", "ImplantTemplateGroupName"),
    "point-cloud": (_STORAGE + "68.2", "SurfacePointPresentationValueData"),
    "enhanced-mammography-image": (_STORAGE + "13.1.4", "KVP"),
    "tractography-results": (_STORAGE + "66.6", "ContentLabel"),
    "volumetric-graphic-annotation": (_STORAGE + "11.6", "VolumetricAnnotationSequence"),
    "microscopy-bulk-simple-annotations": (_STORAGE + "91.1", "ContentLabel"),
}
"""Rows of modules, each with a SOP Class that includes the module and an element of it that is left out."""

_SEQUENCES: Final = frozenset(keyword for _, keyword in MODULES.values() if keyword.endswith("Sequence"))


def without_tag(twin: Forgery, left_out: Tag) -> Forgery:
    """The signature covers everything that may be signed but one element.

    Raises ValueError when that element is not there: then nothing would be left out.
    """
    if left_out not in signable_tags(twin.base):
        raise ValueError(f"{format_tag(left_out)} cannot be left out, it is not there")
    return twin.leaving_out(left_out)


def without_element(twin: Forgery, keyword: str) -> Forgery:
    """The same by keyword."""
    return without_tag(twin, tag_of(keyword))


def minimal(sop_class_uid: str, *nodes: Node) -> Forgery:
    """A signature over an instance of a SOP Class that has little more than the elements given."""
    base = data_set(common(sop_class_uid, sop_class_uid), series("minimal", "OT"), content_time())
    return Forgery(merged(base, *nodes))


def of_module(sop_class_uid: str, keyword: str) -> Forgery:
    """A signature over an instance that has one element of a module, with a value: an empty one need not be signed."""
    return minimal(sop_class_uid, sequence(keyword, ()) if keyword in _SEQUENCES else element(keyword, *_some(keyword)))


def _some(keyword: str) -> tuple[Value, ...]:
    """Values that the VR of an element can hold."""
    vr = element(keyword).vr
    if vr in ("US", "UL", "IS", "DS"):
        return (1,) * (3 if keyword.endswith("CIELabValue") else 1)
    return (fixed_uid(keyword),) if vr == "UI" else (bytes(4),) if vr == "OW" else ("TEST",)


for _row, _keyword in NAMED.items():
    add(
        WrongSigner(
            f"creator-without-{_row}",
            f"The signature does not cover {_keyword}",
            _CREATOR + _row,
            ct,
            partial(without_element, keyword=_keyword),
        )
    )

for _row, (_uid, _keyword) in MODULES.items():
    add(
        WrongSigner(
            f"creator-without-module-{_row}",
            f"The signature does not cover {_keyword}",
            f"{_CREATOR}module-{_row}",
            partial(of_module, _uid, _keyword),
            partial(without_element, keyword=_keyword),
        )
    )


@wrong(_CREATOR + "module-overlay-plane", overlays)
def creator_without_second_overlay(twin: Forgery) -> Forgery:
    """Overlay Data is covered in group 6000 and not in 6002."""
    return without_tag(twin, 0x60023000)


@wrong(_CREATOR + "module-curve", lambda: ct().on(put(leaf(0x50000005, "US", 2), leaf(0x50003000, "OW", bytes(4)))))
def creator_without_curve(twin: Forgery) -> Forgery:
    """Curve Data in group 5000 is not covered."""
    return without_tag(twin, 0x50003000)


@wrong(_CREATOR + "element-shared-by-modules", ct, warned=True)
def creator_without_rescale_slope(twin: Forgery) -> Forgery:
    """Rescale Slope (0028,1053) is not covered; only listed modules outside the IOD hold it."""
    return without_element(twin, "RescaleSlope")


@wrong(_CREATOR + "mac-algorithm", ct)
def creator_with_unknown_mac_algorithm(twin: Forgery) -> Forgery:
    """MAC Algorithm (0400,0015) is none of the six that the profile names."""
    return replace(twin, parameters=(put(element("MACAlgorithm", "SHA3-256")),))


@wrong(_CREATOR + "base-methodology", ct)
def creator_with_probabilistic_padding(twin: Forgery) -> Forgery:
    """A Creator signature is padded by PSS, which the base profile does not know."""
    return replace(twin, seal=Probabilistic())


@wrong(_CREATOR + "acquisition-attributes-by-edition", ct, edition="2016c")
def creator_without_acquisition_number(twin: Forgery) -> Forgery:
    """Acquisition Number (0020,0012) is not covered, while it still belonged to General Image."""
    return without_element(twin, "AcquisitionNumber")


@wrong(_CREATOR + "reference-attributes-by-edition", partial(of, "secondary-capture"), edition="2016c")
def creator_without_source_images(twin: Forgery) -> Forgery:
    """Source Image Sequence (0008,2112) is not covered, while it still belonged to General Image."""
    return without_element(twin, "SourceImageSequence")
