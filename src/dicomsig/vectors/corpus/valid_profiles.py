"""Signatures of the four profiles: right, and over no more than each asks for (PS3.15 C.1 to C.4)."""

from functools import partial

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.vectors.corpus.content import LIST, MACRO, STREAM, profiled
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.writing import ALL, SOME, positive

_CT = ("ct", "a CT image")
_CONTENT = (
    _CT,
    ("mr", "an MR image"),
    ("ultrasound", "an ultrasound image"),
    ("secondary-capture", "a secondary capture"),
    ("enhanced-ct", "an enhanced CT image"),
    ("multi-frame-rle", "a multi-frame image in RLE"),
)

_FRAGMENTS = (
    STREAM + "encapsulated-header-without-length",
    STREAM + "fragment-tag-without-length",
    STREAM + "offset-table-covered",
    LIST + "encapsulated-item-tags-implied",
)


def _make(name: str, profile: str, algorithm: MacAlgorithm) -> Forgery:
    return profiled(name, profile)(algorithm)


for _name, _what in _CONTENT:
    positive(
        f"base-{_name}",
        (
            "ps3.15-c.1-verifies-{mac}",
            MACRO + "macro-at-top-level",
            STREAM + "element-fields",
            STREAM + "element-order",
            *(_FRAGMENTS if _name == "multi-frame-rle" else ()),
        ),
        algorithms=ALL if _name == "ct" else SOME,
        title=f"Everything that can be signed of {_what} is signed (PS3.15 C.1)",
        family="valid-profiles",
    )(partial(_make, _name, "base"))
    positive(
        f"creator-{_name}",
        ("ps3.15-c.2-verifies-all-algorithms", LIST + "listed-change-detected", "ps3.15-c.1-verifies-{mac}"),
        algorithms=ALL if _name == "ct" else SOME,
        title=f"Of {_what} no more is signed than the Creator profile asks for (PS3.15 C.2)",
        family="valid-profiles",
    )(partial(_make, _name, "creator"))

for _name, _what in _CONTENT[:4]:
    positive(
        f"authorization-{_name}",
        ("ps3.15-c.3-verifies-all-algorithms", LIST + "listed-change-detected"),
        algorithms=ALL if _name == "ct" else SOME,
        title=f"Of {_what} no more is signed than the Authorization profile asks for (PS3.15 C.3)",
        family="valid-profiles",
    )(partial(_make, _name, "authorization"))

for _name, _what in (("sr", "an unverified report"), ("sr-verified", "a verified report")):
    positive(
        f"base-{_name}",
        ("ps3.15-c.1-verifies-{mac}",),
        algorithms=ALL if _name == "ct" else SOME,
        title=f"Everything that can be signed of {_what} is signed (PS3.15 C.1)",
        family="valid-profiles",
    )(partial(_make, _name, "base"))
    positive(
        f"report-{_name}",
        ("ps3.15-c.4-purpose-compared-by-code",),
        algorithms=ALL if _name == "ct" else SOME,
        title=f"Of {_what} no more is signed than the Structured Report profile asks for (PS3.15 C.4)",
        family="valid-profiles",
    )(partial(_make, _name, "structured-report"))
