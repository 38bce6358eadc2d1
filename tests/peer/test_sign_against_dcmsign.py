"""DCMTK's dcmsign accepts what is signed here, certificate and all; its two kinds of refusal are explained."""

import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path

import pydicom
import pytest

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import load_private_key
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.signatures.macro import data_sets
from dicomsig.signatures.sign import sign, write
from dicomsig.signatures.signing_request import SIGNATURE_PURPOSE_SCHEME, PurposeCode, SigningRequest
from dicomsig.signatures.tag_choice import signable_tags
from dicomsig.vectors import forms
from dicomsig.vectors.instances import committed_path, instances
from dicomsig.vectors.nodes import Form, Leaf, encode_instance, merged
from dicomsig.vectors.pki import Credential, trust_path

pytestmark = pytest.mark.dcmtk

PURPOSE = PurposeCode("1", SIGNATURE_PURPOSE_SCHEME, "Author's Signature")
MOMENT = datetime(2024, 3, 4, 5, 6, 7, 890000, UTC)
MOST_PLACES = 4
DEEP = ["/", "/00400555[1]/", "/00400555[0]/0040a730[0]/0040a730[0]/0040a730[0]/0040a730[0]/"]
DEEP_FORMS = {
    "defined": Form(),
    "undefined": forms.UNDEFINED_LENGTHS,
    "undefined-sequences": forms.MIXED_LENGTHS,
    "undefined-items": Form(undefined_items=True),
    "group-lengths": forms.GROUP_LENGTHS,
    "trailing-padding": forms.TRAILING_PADDING,
    "implicit": forms.IMPLICIT,
    "big-endian": forms.BIG_ENDIAN,
    "deflated": forms.DEFLATED_STORED,
}
REAL = [
    "CT_small.dcm",
    "ExplVR_BigEnd.dcm",
    "ExplVR_BigEndNoMeta.dcm",
    "ExplVR_LitEndNoMeta.dcm",
    "JPEG2000-embedded-sequence-delimiter.dcm",
    "JPGExtended.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "MR_small_padded.dcm",
    "SC_rgb_small_odd_big_endian.dcm",
    "image_dfl.dcm",
    "nested_priv_SQ.dcm",
    "no_meta_group_length.dcm",
    "priv_SQ.dcm",
    "reportsi.dcm",
    "rtdose_rle.dcm",
    "rtplan.dcm",
    "rtstruct.dcm",
    "test-SR.dcm",
]
"""Files that pydicom ships."""

Opinions = Callable[[Iterable[bytes]], list[str]]


@cache
def request_of(credential: Credential = Credential.RSA_2048) -> SigningRequest:
    key = load_private_key(credential.key_pem)
    return SigningRequest(key, credential.certificate_der, MacAlgorithm.SHA256, (), purpose=PURPOSE, signed_at=MOMENT)


def signed(data: bytes, request: SigningRequest, place: str = "/", *, most_tags: int | None = None) -> bytes:
    """The bytes with a signature over all that can be signed at a place, or over the first tags of it."""
    with instance_of(data) as instance:
        elements = dict(data_sets(instance.elements))[place]
        listed = signable_tags(elements, place)[:most_tags]
        out = io.BytesIO()
        write(sign(instance, replace(request, tags=listed, place=tags.parse_place(place))), out)
    return out.getvalue()


def places_of(data: bytes) -> list[str]:
    """The first data sets with something to sign."""
    with instance_of(data) as instance:
        return [p for p, elements in data_sets(instance.elements) if signable_tags(elements, p)][:MOST_PLACES]


@pytest.fixture
def opinions(tmp_path: Path) -> Opinions:
    """Asks dcmsign of each file; empty where it accepts every signature and certificate, else what it said."""
    found = shutil.which("dcmsign")
    if found is None:
        pytest.fail("dcmsign of DCMTK is not installed")
    numbers = count()

    def ask(path: Path) -> str:
        command = [found, "--verify", "+rg", "+cf", str(trust_path()), str(path)]
        environment = {**os.environ, "TZ": "UTC"}
        done = subprocess.run(command, capture_output=True, timeout=60, env=environment, check=False)
        return "" if done.returncode == 0 else f"{done.returncode}: {done.stderr.decode('latin-1')}"

    def ask_all(files: Iterable[bytes]) -> list[str]:
        paths = []
        for data in files:
            paths.append(tmp_path / f"{next(numbers)}.dcm")
            paths[-1].write_bytes(data)
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(ask, paths))

    return ask_all


@pytest.mark.parametrize("name", instances())
def test_dcmsign_accepts_every_instance(name: str, opinions: Opinions) -> None:
    """All six algorithms over all that can be signed, one tag alone, and each item up to the fourth place."""
    data = instances()[name].build()
    requests = [replace(request_of(), algorithm=algorithm) for algorithm in MacAlgorithm]
    files = [signed(data, request) for request in requests]
    files += [signed(data, requests[0], most_tags=1)]
    files += [signed(data, requests[3], place) for place in places_of(data)[1:]]
    assert opinions(files) == [""] * len(files)


@pytest.mark.parametrize("form", DEEP_FORMS)
def test_dcmsign_accepts_every_length_form(form: str, opinions: Opinions) -> None:
    """An item signature, one deeper, one outside, and all of them in one file."""
    data = several = instances()["nested"].build(DEEP_FORMS[form])
    files = []
    for place in DEEP:
        files.append(signed(data, request_of(), place))
        several = signed(several, request_of(), place)
        files.append(several)
    assert opinions(files) == [""] * len(files)


@pytest.mark.parametrize("share", [True, False])
def test_dcmsign_accepts_several_signatures(share: bool, opinions: Opinions) -> None:
    """Two signers over the same list, with one item of parameters between them or two."""
    data = instances()["ct"].build()
    for credential in (Credential.RSA_2048, Credential.RSA_3072):
        data = signed(data, replace(request_of(credential), share_parameters=share))
    assert data.count(b"SHA256") == (1 if share else 2)
    assert opinions([data]) == [""]


@pytest.mark.parametrize("credential", [Credential.RSA_1024, Credential.RSA_4096, Credential.ODD_LENGTH])
def test_dcmsign_accepts_every_length_of_key_and_certificate(credential: Credential, opinions: Opinions) -> None:
    """A padded certificate too (A-14)."""
    data = instances()["ct"].build()
    assert opinions([signed(data, request_of(credential))]) == [""]


def test_dcmsign_refuses_a_padded_signature(opinions: Opinions, tmp_path: Path) -> None:
    """First refusal: dcmsign keeps the pad byte of a 129-byte signature, and refuses its own for the same (A-14)."""
    (words,) = opinions([signed(instances()["ct"].build(), request_of(Credential.RSA_1032))])
    assert "document corrupted" in words
    own = tmp_path / "own.dcm"
    credential = Credential.RSA_1032
    files = [credential.key_path, credential.certificate_path, committed_path("ct"), own]
    command = ["dcmsign", "+s", *map(str, files)]
    subprocess.run(command, capture_output=True, timeout=60, check=True)
    (words,) = opinions([own.read_bytes()])
    assert "document corrupted" in words


@pytest.mark.parametrize("name", REAL)
def test_dcmsign_accepts_files_of_other_makers(name: str, opinions: Opinions) -> None:
    """Files that pydicom ships, main data set and items."""
    (path,) = (Path(pydicom.__file__).parent / "data").rglob(name)
    data = path.read_bytes()
    files = [signed(data, request_of(), place) for place in places_of(data)]
    assert files
    assert opinions(files) == [""] * len(files)


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        (b"DERIVED\\PRIMARY ", False),
        (b"DERIVED\\PRIMARY   ", True),
        (b"  ", True),
        (b"", False),
    ],
)
def test_dcmsign_refuses_superfluous_padding(value: bytes, refused: bool, opinions: Opinions) -> None:
    """Second refusal: more than the one pad byte is hashed as stored here, and cut off by dcmsign (A-26)."""
    content = merged(instances()["ct"].data_set(), Leaf(0x00080008, "CS", value))
    (words,) = opinions([signed(encode_instance(content, Form()), request_of())])
    assert ("document corrupted" in words) == refused
    assert bool(words) == refused


def test_dcmsign_refuses_what_was_changed(opinions: Opinions) -> None:
    """The acceptance above means something: a byte of a signed value, and an unknown authority, are refused."""
    data = signed(instances()["ct"].build(), request_of())
    at = data.index(b"TEST ONLY Imaging")
    changed = data[:at] + b"test" + data[at + 4 :]
    stranger = signed(instances()["ct"].build(), request_of(Credential.OTHER_AUTHORITY))
    first, second = opinions([changed, stranger])
    assert "document corrupted" in first
    assert "certificate verification failed" in second
