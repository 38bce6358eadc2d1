"""Signatures of the Authorization profile that do not hold, stand beside broken ones, or leave something out (C.3)."""

from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.vectors.corpus.content import LIST, due, profiled
from dicomsig.vectors.corpus.pixels import flipped
from dicomsig.vectors.edits import put, revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.values import element
from dicomsig.vectors.vector import Expected, Outcome
from dicomsig.vectors.writing import ALL, SOME, Signed, not_listing, positive, vector

_PROFILE: Final = "ps3.15-c.3-"
_PATIENT: Final = 0x00100010


@vector(
    "authorized-pixel-altered",
    "authorization-ct",
    reason="mac-mismatch",
    requirements=[_PROFILE + "verifies-all-algorithms", LIST + "listed-change-detected"],
    algorithms=ALL,
)
def authorized_pixel_altered(twin: Signed) -> bytes:
    """The last byte of Pixel Data (7FE0,0010), which a person authorized, differs by one bit."""
    return twin.edited(revalued(tags.PIXEL_DATA, flipped(-1)))


@positive(
    "authorization-beside-broken-creator-before",
    [_PROFILE + "independent-of-others"],
    expected=[Expected(), Expected(number=1)],
    algorithms=SOME,
)
def authorization_beside_creator(algorithm: MacAlgorithm) -> Forgery:
    """An Authorization signature, and one of the Creator profile with Patient's Name (0010,0010) in its list."""
    first = profiled("ct", "authorization")(algorithm)
    return first.then(listed=tuple(sorted({*due(first.base, "creator"), _PATIENT})), item=())


@vector(
    "authorization-beside-broken-creator",
    "authorization-beside-broken-creator-before",
    reason="mac-mismatch",
    requirements=[_PROFILE + "independent-of-others"],
    hits=["/#1"],
    algorithms=SOME,
)
def authorization_beside_broken_creator(twin: Signed) -> bytes:
    """Patient's Name (0010,0010) was changed: the Creator signature is broken, that of the Authorization holds."""
    return twin.edited(put(element("PatientName", "OTHER^ONE")))


_OMITTED: Final = (
    ("authorization-list-lacks-study-uid", 0x0020000D),
    ("authorization-list-lacks-pixels", tags.PIXEL_DATA),
)


for _name, _tag in _OMITTED:
    vector(
        _name,
        "authorization-ct",
        Outcome.VALID,
        requirements=(_PROFILE + "profile-checked",),
        expected=(Expected(not_met=("authorization",)),),
        title=f"A due element, {tags.format_tag(_tag)}, is not signed: data intact, profile not met",
        family="authorization",
    )(not_listing(_tag))
