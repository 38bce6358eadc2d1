"""DCMTK's dcmsign still says of the vectors what the index has, and dissents only where it is known to."""

import runpy
from pathlib import Path

import pytest

from dicomsig.vectors.corpus import vectors
from dicomsig.vectors.index import index
from dicomsig.vectors.opinions import Opinion, agrees

pytestmark = pytest.mark.dcmtk

RECORDER = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "record_opinions.py"))
DCMSIGN = RECORDER["DCMSIGN"]
YOUNGER_SYNTAXES = (
    "fragments-mpeg2-main-fragmentable",
    "fragments-mpeg2-main-high-fragmentable",
    "fragments-mpeg4-high-fragmentable",
    "fragments-mpeg4-high-bluray-fragmentable",
    "fragments-mpeg4-2d-fragmentable",
    "fragments-mpeg4-3d-fragmentable",
    "fragments-mpeg4-stereo-fragmentable",
    "fragments-jpeg-xl",
    "fragments-jpeg-xl-lossless",
    "fragments-jpeg-xl-recompression",
    "fragments-deflated-frames",
    "fragments-htj2k",
    "fragments-htj2k-lossless",
    "fragments-htj2k-lossless-rpcl",
    "fragments-encapsulated-uncompressed",
    "pixels-elsewhere-jpip-htj2k",
    "pixels-elsewhere-jpip-htj2k-deflated",
)
DISSENTS = {
    **dict.fromkeys(YOUNGER_SYNTAXES, "does not know this transfer syntax"),
    "key-rsa-1032": "takes the pad byte of a signature for a part of it",
    "stamped-odd-signature": "takes the pad byte of a signature for a part of it",
    "timestamp-over-the-pad-byte": "takes the pad byte of a signature for a part of it",
    "timestamp-removed": "takes the pad byte of a signature for a part of it",
    "spelling-before": "cuts superfluous spaces off before it hashes",
    "spaces-added": "cuts superfluous spaces off before it hashes",
    "nesting": "crashes",
}
"""Recipes of which dcmsign says something else than is expected, and why."""


def test_dcmsign_says_what_the_index_has() -> None:
    """Each vector, judged anew, has the words of the index."""
    made = [(vector, vector.build()) for vector in vectors().values()]
    said = RECORDER["dcmsign_texts"](made)
    now = {vector.id: text for (vector, _), text in zip(made, said, strict=True)}
    assert now == {name: entry.oracles[DCMSIGN] for name, entry in index().items()}


def test_dcmsign_dissents_only_where_it_is_known_to() -> None:
    """Of all other vectors dcmsign says what is expected, integrity alone regarded."""
    dissenting = {
        entry.vector.recipe
        for entry in index().values()
        if entry.oracles[DCMSIGN].startswith("no answer")
        or not agrees(entry.vector, Opinion.parse(entry.oracles[DCMSIGN]))
    }
    assert dissenting == DISSENTS.keys()
