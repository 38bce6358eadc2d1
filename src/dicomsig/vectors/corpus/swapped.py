"""Parts of validly signed instances exchanged with those of others (PS3.15 C.2)."""

from functools import partial
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.vectors.corpus.content import due, profiled
from dicomsig.vectors.edits import get, put
from dicomsig.vectors.forge import Forgery, signed
from dicomsig.vectors.images import ct_data_set
from dicomsig.vectors.nodes import DataSet, merged
from dicomsig.vectors.pixels import plane_16
from dicomsig.vectors.values import element
from dicomsig.vectors.writing import SOME, Signed, positive, vector

_MISMATCH: Final = "mac-mismatch"
_PIXELS: Final = "ps3.15-c.2-integrity-of-pixels"
_NEW: Final = "ps3.3-c.12.1.1.4.2-new-instance"
_MACRO: Final = (tags.MAC_PARAMETERS, tags.DIGITAL_SIGNATURES)


def _slice(number: int, algorithm: MacAlgorithm) -> Forgery:
    """One of two neighbouring slices of a series, each signed by the scanner."""
    content = merged(
        ct_data_set(f"slice {number}"),
        element("InstanceNumber", number),
        element("SliceLocation", 10 * number),
        element("ImagePositionPatient", -16, -16, 10 * number),
        element("PixelData", plane_16(64, number), vr="OW"),
    )
    return Forgery(content, algorithm=algorithm, listed=due(content, "creator"))


for _number in (1, 2):
    positive(
        f"neighbour-{_number}",
        (_PIXELS,),
        algorithms=SOME,
        title=f"Slice {_number} of two, signed by the scanner",
        family="swapped",
    )(partial(_slice, _number))


def _other(twin: Signed) -> DataSet:
    return signed(_slice(2, twin.forgery.algorithm))


@vector("pixels-of-neighbour", "neighbour-1", reason=_MISMATCH, requirements=[_PIXELS], algorithms=SOME)
def pixels_of_neighbour(twin: Signed) -> bytes:
    """The pixels are those of the neighbouring slice, which is validly signed as well."""
    return twin.edited(put(get(_other(twin), tags.PIXEL_DATA)))


@vector("macro-of-neighbour", "neighbour-1", reason=_MISMATCH, requirements=[_NEW], algorithms=SOME)
def macro_of_neighbour(twin: Signed) -> bytes:
    """Signature and MAC parameters are those of the neighbouring slice."""
    other = _other(twin)
    return twin.edited(put(*(get(other, tag) for tag in _MACRO)))


@vector("identity-of-neighbour", "neighbour-1", reason=_MISMATCH, requirements=[_NEW], algorithms=SOME)
def identity_of_neighbour(twin: Signed) -> bytes:
    """SOP Instance UID is that of the neighbouring slice, pixels and signature are its own."""
    return twin.edited(put(get(_other(twin), tags.SOP_INSTANCE_UID)))


@vector("signature-of-other-modality", "creator-ct", reason="tag-absent", requirements=[_NEW], algorithms=SOME)
def signature_of_other_modality(twin: Signed) -> bytes:
    """Signature and MAC parameters are those of a report."""
    other = signed(profiled("sr", "structured-report")(twin.forgery.algorithm))
    return twin.edited(put(*(get(other, tag) for tag in _MACRO)))


@vector("stripped-and-copied-instance", "neighbour-1", reason=_MISMATCH, requirements=[_PIXELS], algorithms=SOME)
def stripped_and_copied_instance(twin: Signed) -> bytes:
    """All but the identifiers and the macro is that of the neighbouring slice."""
    own = (0x00080018, 0x0020000D, 0x0020000E, *_MACRO)
    kept = tuple(get(twin.content, tag) for tag in own)
    from dicomsig.vectors.nodes import encode_instance

    return encode_instance(put(*kept)(_other(twin)), twin.form)
