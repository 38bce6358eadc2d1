"""Objects for the benchmarks: CT images of 530 KB with about 260 elements, and one large multi-frame object."""

import random
import struct
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from dicomsig.conformance.editions import edition
from dicomsig.conformance.tags_to_sign import tags_to_sign
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import load_private_key
from dicomsig.encoding import tags, write
from dicomsig.encoding.instance import Instance, instance_of, open_instance
from dicomsig.signatures.sign import sign
from dicomsig.signatures.sign import write as write_signed
from dicomsig.signatures.signing_request import SigningRequest
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form, Leaf, encode_instance, merged
from dicomsig.vectors.pki import Credential

SIZE = 512
_SIGNED_AT = datetime(2024, 6, 15, 12, tzinfo=UTC)


def ct_objects(folder: Path, count: int) -> list[Path]:
    """Signed CT images (Creator, SHA256) of a series: pixels, UIDs, number and position are each image's own."""
    folder.mkdir(parents=True, exist_ok=True)
    pixels = random.Random(1).randbytes(SIZE * SIZE * 2)
    base = instances()["ct"].data_set()
    private = [Leaf(0x00090010, "LO", b"DICOMSIG BENCH")]
    private += [Leaf(0x00091000 + n, "DS", f"{n}.5".encode()) for n in range(160)]
    paths = []
    for number in range(count):
        path = folder / f"ct-{number:05d}.dcm"
        paths.append(path)
        if path.exists():
            continue
        changed = merged(
            base,
            Leaf(tags.SOP_INSTANCE_UID, "UI", f"2.25.{10**20 + number}".encode()),
            Leaf(0x00200013, "IS", _even(str(number + 1))),
            Leaf(0x00200032, "DS", _even(f"-250\\-250\\{number * 1.25 - 620:g}")),
            Leaf(0x00201041, "DS", _even(f"{number * 1.25 - 620:g}")),
            Leaf(0x00280010, "US", struct.pack("<H", SIZE)),
            Leaf(0x00280011, "US", struct.pack("<H", SIZE)),
            *private,
            Leaf(tags.PIXEL_DATA, "OW", number.to_bytes(4, "little") + pixels[4:]),
        )
        path.write_bytes(_signed(instance_of(encode_instance(changed, Form()))))
    return paths


def _even(text: str) -> bytes:
    return text.encode() + b" " * (len(text) % 2)


def large_object(path: Path, size: int) -> Path:
    """One signed multi-frame object of about ``size`` bytes, native pixels."""
    if path.exists():
        return path
    unsigned = path.with_suffix(".unsigned")
    base = instances()["enhanced-ct"].data_set()
    head = encode_instance(tuple(node for node in base if node.tag != tags.PIXEL_DATA), Form())
    block = random.Random(2).randbytes(1 << 20)
    blocks = size >> 20
    with unsigned.open("wb") as out:
        out.write(head)
        out.write(write.encode_header(tags.PIXEL_DATA, "OW", blocks << 20))
        for _ in range(blocks):
            out.write(block)
    with open_instance(unsigned) as instance, path.open("wb") as out:
        write_signed(sign(instance, _request(instance)), out)
    unsigned.unlink()
    return path


def _request(instance: Instance) -> SigningRequest:
    credential = Credential.RSA_2048
    return SigningRequest(
        key=load_private_key(credential.key_pem),
        certificate=credential.certificate_der,
        algorithm=MacAlgorithm.SHA256,
        tags=tags_to_sign(instance, "creator", edition()),
        signed_at=_SIGNED_AT,
    )


def _signed(instance: Instance) -> bytes:
    out = BytesIO()
    write_signed(sign(instance, _request(instance)), out)
    return out.getvalue()


if __name__ == "__main__":
    ct_objects(Path(sys.argv[1]), int(sys.argv[2]))
