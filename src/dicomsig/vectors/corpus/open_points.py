"""Points that the standard leaves open or that only a setting decides, beyond those of the other families."""

from dataclasses import replace
from functools import partial
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.vectors import forms
from dicomsig.vectors.corpus.content import LIST, MACRO, STREAM, due, profiled, with_purpose
from dicomsig.vectors.corpus.tag_lists import reused
from dicomsig.vectors.edits import Edit, at, in_vr
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.images import CT_UID, ct_data_set
from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import Form, Node, data_set, merged
from dicomsig.vectors.pixels import image_pixel, plane_16
from dicomsig.vectors.values import code, element, fixed_uid, sequence, tag_of
from dicomsig.vectors.vector import ANY, Expected, Flag, Outcome, Statuses
from dicomsig.vectors.writing import DEFAULT, SOME, Signed, positive, vector

_ANYTHING: Final[Statuses] = ANY
_KEY_OBJECT_SELECTION: Final = "1.2.840.10008.5.1.4.1.1.88.59"

vector(
    "fragments-in-words",
    "base-multi-frame-rle",
    Outcome.ACCEPTABLE,
    "encapsulated-not-ob",
    (LIST + "encapsulated-other-vr",),
    integrity=_ANYTHING,
    ambiguity="A-04",
    algorithms=DEFAULT,
    title="Encapsulated pixel data have VR OW and were hashed like OB",
    family="open-points",
)(partial(reused, "fragments-in-words"))


def _changed(edit: Edit, twin: Signed) -> bytes:
    return twin.edited(edit)


_RELABELLED: tuple[tuple[str, str, str, Edit], ...] = (
    ("element-became-un", "base-ct", "A signed element arrived with VR UN", in_vr(tag_of("PatientName"), "UN")),
    (
        "nested-element-became-un",
        "whole-nested",
        "An element in an item of a signed sequence arrived with VR UN",
        at("/00400555[1]/", in_vr(tag_of("TextValue"), "UN")),
    ),
    (
        "private-element-became-un",
        "whole-private-elements",
        "A signed private element arrived with VR UN",
        in_vr(0x00991001, "UN"),
    ),
)

for _name, _twin, _title, _edit in _RELABELLED:
    vector(
        _name,
        _twin,
        Outcome.ACCEPTABLE,
        "element-un",
        (STREAM + "un-element-indeterminate", "ps3.5-6.2.2-un-content-is-implicit-little-endian"),
        integrity=_ANYTHING,
        ambiguity="A-03",
        title=_title,
        family="open-points",
    )(partial(_changed, _edit))


def _encoded(form: Form, twin: Signed) -> bytes:
    return twin.encoded(form)


for _name, _form in (("implicit", forms.IMPLICIT), ("bare", forms.BARE)):
    vector(
        f"private-elements-through-{_name}",
        "whole-private-elements",
        Outcome.ACCEPTABLE,
        requirements=(STREAM + "implicit-vr-private-indeterminate",),
        integrity=_ANYTHING,
        ambiguity="A-03",
        title="Signed private elements arrived in Implicit VR, which does not tell their VR",
        family="open-points",
    )(partial(_encoded, _form))

vector(
    "bytes-through-implicit",
    "base-secondary-capture",
    reason="mac-mismatch",
    requirements=(STREAM + "vr-letters-covered",),
    ambiguity="A-02",
    title="Pixels of 8 bits were signed as OB and arrived in Implicit VR, where they are OW (PS3.5 A.1)",
    family="open-points",
)(partial(_encoded, forms.IMPLICIT))


@positive("late-signature", [MACRO + "elements-follow-pixel-data"], flags=[Flag.BIG], algorithms=SOME)
def late_signature(algorithm: MacAlgorithm) -> Forgery:
    """The signature stands behind 128 KB of pixels (A-30)."""
    size = 256
    pixels = (*image_pixel(size, size, 16, stored=12), element("PixelData", plane_16(64) * 16, vr="OW"))
    content = merged(ct_data_set("late signature"), *pixels)
    return Forgery(content, algorithm=algorithm, listed=due(content, "creator"))


@vector(
    "late-signature-and-last-pixel-altered",
    "late-signature",
    reason="mac-mismatch",
    requirements=[MACRO + "elements-follow-pixel-data"],
    algorithms=SOME,
)
def late_signature_and_last_pixel_altered(twin: Signed) -> bytes:
    """The last of 128 KB of pixels is another."""
    from dicomsig.vectors.edits import revalued

    return twin.edited(revalued(0x7FE00010, lambda value: value[:-1] + bytes((value[-1] ^ 1,))))


_PURPOSES: tuple[tuple[str, str, str, bool], ...] = (
    ("6", "validation", "ps3.15-c.4-profile-checked", False),
    ("1", "author", "ps3.15-c.4-profile-checked", False),
    ("", "none", "ps3.15-c.4-profile-checked", False),
)


def _purposed(value: str, twin: Signed) -> bytes:
    changed = with_purpose(twin.forgery, value) if value else replace(twin.forgery, item=())
    return twin.forged(item=changed.item)


for _value, _name, _requirement, _ in _PURPOSES:
    vector(
        f"verified-report-signed-as.{_name}",
        "report-sr-verified",
        Outcome.VALID,
        requirements=(_requirement, "ps3.15-c.4-purpose-compared-by-code"),
        expected=(Expected(not_met=("structured-report",)),),
        title=f"A verified report has purpose {_value or 'none'} in place of 5: data intact, profile not met",
        family="open-points",
    )(partial(_purposed, _value))


@positive("report-without-evidence", ["ps3.15-c.4-profile-checked"])
def report_without_evidence(algorithm: MacAlgorithm) -> Forgery:
    """A report without evidence, predecessor or observation time, none of which is due when absent (A-21)."""
    from dicomsig.vectors.edits import dropped

    forgery = profiled("sr", "structured-report")(algorithm)
    bare = forgery.on(dropped(tag_of("CurrentRequestedProcedureEvidenceSequence")))
    return replace(bare, listed=due(bare.base, "structured-report"))


@positive("key-object-selection", ["ps3.15-c.4-profile-checked"])
def key_object_selection(algorithm: MacAlgorithm) -> Forgery:
    """Of a key object selection the part of the Structured Report list that exists is signed (A-24)."""
    image = [
        element("ReferencedSOPClassUID", CT_UID),
        element("ReferencedSOPInstanceUID", fixed_uid("instance ct")),
    ]
    inner: list[Node] = [sequence("ReferencedSOPSequence", image), element("SeriesInstanceUID", fixed_uid("series ct"))]
    evidence: list[Node] = [
        sequence("ReferencedSeriesSequence", inner),
        element("StudyInstanceUID", fixed_uid("study")),
    ]
    content = data_set(
        common("key object selection", _KEY_OBJECT_SELECTION),
        series("key objects", "KO"),
        content_time(),
        sequence("ReferencedPerformedProcedureStepSequence"),
        sequence("CurrentRequestedProcedureEvidenceSequence", evidence),
        element("ValueType", "CONTAINER"),
        sequence("ConceptNameCodeSequence", code("113000", "DCM", "Of Interest")),
        element("ContinuityOfContent", "SEPARATE"),
        sequence(
            "ContentSequence",
            [
                element("RelationshipType", "CONTAINS"),
                element("ValueType", "IMAGE"),
                sequence("ReferencedSOPSequence", image),
            ],
        ),
    )
    signed = Forgery(content, algorithm=algorithm, listed=due(content, "structured-report"))
    return with_purpose(signed, "14", "Source Signature")
