"""MAC algorithm and MAC transfer syntax that are others than those that were used (PS3.15 C.1, A-06, A-07)."""

from functools import partial
from itertools import permutations
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.syntaxes import DEFLATED_UID
from dicomsig.signatures import attributes
from dicomsig.vectors.corpus.content import MACRO, STREAM
from dicomsig.vectors.edits import Edit, altered, at, put, revalued
from dicomsig.vectors.nodes import DataSet, Leaf
from dicomsig.vectors.values import element
from dicomsig.vectors.vector import ANY, NOT_VALID, Outcome
from dicomsig.vectors.writing import DEFAULT, SOME, Signed, vector

_PARAMETERS: Final = "/4ffe0001[0]/"
_UNPROTECTED: Final = STREAM + "mac-parameters-not-protected"


def _changed(edit: Edit, twin: Signed) -> bytes:
    return twin.edited(at(_PARAMETERS, edit))


_SYNTAX: Final = MACRO + "mac-transfer-syntax-implicit-rejected"
_ENCODING: Final = STREAM + "encode-in-mac-transfer-syntax"

_SYNTAXES: tuple[tuple[str, str, str], ...] = (
    ("implicit", "1.2.840.10008.1.2", "Implicit VR Little Endian"),
    ("big-endian", "1.2.840.10008.1.2.2", "Explicit VR Big Endian"),
)

for _name, _uid, _what in _SYNTAXES:
    for _twin in ("creator-ct", "creator-mr"):
        vector(
            f"mac-transfer-syntax-{_name}-{_twin.removeprefix('creator-')}",
            _twin,
            Outcome.INDETERMINATE,
            "mac-transfer-syntax-not-explicit-little-endian",
            (_SYNTAX, *(("ps3.5-a.3-big-endian-retired",) if _name == "big-endian" else ())),
            algorithms=DEFAULT,
            title=f"The MAC transfer syntax (0400,0010) is {_what}",
            family="mac-encodings",
        )(partial(_changed, revalued(attributes.MAC_TRANSFER_SYNTAX, _uid.encode())))


@vector(
    "mac-transfer-syntax-deflated",
    "creator-ct",
    Outcome.ACCEPTABLE,
    "mac-transfer-syntax-deflated",
    [MACRO + "mac-transfer-syntax-deflated"],
    integrity=ANY,
    structure=ANY,
    ambiguity="A-07",
    algorithms=SOME,
)
def mac_transfer_syntax_deflated(twin: Signed) -> bytes:
    """The MAC transfer syntax (0400,0010) is the deflated one, and inflated bytes were hashed."""
    return twin.edited(at(_PARAMETERS, revalued(attributes.MAC_TRANSFER_SYNTAX, DEFLATED_UID.encode())))


@vector(
    "native-signed-compressed-now",
    "creator-ct",
    Outcome.ACCEPTABLE,
    "transfer-syntax-not-rebuildable",
    [STREAM + "recompressed-indeterminate", _ENCODING],
    ambiguity="A-06",
    algorithms=SOME,
)
def native_signed_compressed_now(twin: Signed) -> bytes:
    """The pixels were signed native and arrive in RLE without loss: a verifier may decode them or say it cannot."""
    from dicomsig.vectors import forms
    from dicomsig.vectors.nodes import Fragments
    from dicomsig.vectors.pixels import run_lengths

    def compressed(content: DataSet) -> DataSet:
        return altered(tags.PIXEL_DATA, lambda node: Fragments(node.tag, b"", (_coded(node),)))(content)

    def _coded(node: object) -> bytes:
        assert isinstance(node, Leaf)
        return run_lengths([node.value[1::2], node.value[::2]], 64)

    return twin.encoded(forms.RUN_LENGTHS, compressed)


@vector(
    "compressed-signed-says-native",
    "creator-multi-frame-rle",
    Outcome.ACCEPTABLE,
    "transfer-syntax-not-rebuildable",
    [STREAM + "recompressed-indeterminate", _ENCODING],
    ambiguity="A-06",
    algorithms=SOME,
)
def compressed_signed_says_native(twin: Signed) -> bytes:
    """The MAC transfer syntax (0400,0010) says native, and the pixels that were signed are in fragments."""
    return _changed(revalued(attributes.MAC_TRANSFER_SYNTAX, b"1.2.840.10008.1.2.1"), twin)


@vector(
    "mac-transfer-syntax-unknown",
    "creator-ct",
    Outcome.INDETERMINATE,
    "mac-transfer-syntax-unknown",
    [_ENCODING, _UNPROTECTED],
    integrity=NOT_VALID,
    algorithms=SOME,
)
def mac_transfer_syntax_unknown(twin: Signed) -> bytes:
    """The MAC transfer syntax (0400,0010) is a UID that nobody knows."""
    return _changed(revalued(attributes.MAC_TRANSFER_SYNTAX, b"2.25.7357"), twin)


for _own, _other in permutations(MacAlgorithm, 2):
    vector(
        f"algorithm-swapped.{_own.value.lower()}-as-{_other.value.lower()}",
        f"creator-ct.{_own.value.lower()}",
        reason="digest-info-algorithm",
        requirements=("ps3.15-c.1-mac-term-matches-digest", _UNPROTECTED),
        title=f"MAC Algorithm (0400,0015) says {_other}, and {_own} was used",
        family="mac-encodings",
    )(partial(_changed, put(element("MACAlgorithm", _other.value))))

for _name, _term in (
    ("sha224", b"SHA224"),
    ("sha3", b"SHA3_256"),
    ("lower-case", b"sha256"),
    ("with-hyphen", b"SHA-256 "),
):
    vector(
        f"algorithm-unknown.{_name}",
        "creator-ct",
        Outcome.INDETERMINATE,
        "algorithm-unknown",
        (MACRO + "mac-algorithm-terms", _UNPROTECTED),
        title=f"MAC Algorithm (0400,0015) is {_term.decode().strip()}, no defined term",
        family="mac-encodings",
    )(partial(_changed, revalued(attributes.MAC_ALGORITHM, _term)))
