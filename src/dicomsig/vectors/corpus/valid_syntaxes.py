"""Right signatures in every transfer syntax and over every unsigned instance (PS3.5 Annex A)."""

from dataclasses import replace
from functools import partial

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding import tags
from dicomsig.encoding.syntaxes import transfer_syntax
from dicomsig.vectors import forms
from dicomsig.vectors.corpus.content import LIST, STREAM
from dicomsig.vectors.edits import dropped, put
from dicomsig.vectors.encapsulated import multi_frame_data_set
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form, Fragments, merged
from dicomsig.vectors.values import element, leaf
from dicomsig.vectors.vector import Flag
from dicomsig.vectors.writing import ALL, DEFAULT, SOME, positive
from dicomsig.vectors.wrong_signers.twins import of

_OPAQUE = {
    "1.2.840.10008.1.2.4.50": "jpeg-baseline",
    "1.2.840.10008.1.2.4.51": "jpeg-extended",
    "1.2.840.10008.1.2.4.57": "jpeg-lossless",
    "1.2.840.10008.1.2.4.70": "jpeg-lossless-first-order",
    "1.2.840.10008.1.2.4.80": "jpeg-ls-lossless",
    "1.2.840.10008.1.2.4.81": "jpeg-ls-near-lossless",
    "1.2.840.10008.1.2.4.91": "jpeg-2000-lossy",
    "1.2.840.10008.1.2.4.92": "jpeg-2000-part-2-lossless",
    "1.2.840.10008.1.2.4.93": "jpeg-2000-part-2",
    "1.2.840.10008.1.2.4.100": "mpeg2-main",
    "1.2.840.10008.1.2.4.101": "mpeg2-main-high",
    "1.2.840.10008.1.2.4.102": "mpeg4-high",
    "1.2.840.10008.1.2.4.103": "mpeg4-high-bluray",
    "1.2.840.10008.1.2.4.104": "mpeg4-2d",
    "1.2.840.10008.1.2.4.105": "mpeg4-3d",
    "1.2.840.10008.1.2.4.106": "mpeg4-stereo",
    "1.2.840.10008.1.2.4.107": "hevc-main",
    "1.2.840.10008.1.2.4.108": "hevc-main-10",
    "1.2.840.10008.1.2.4.100.1": "mpeg2-main-fragmentable",
    "1.2.840.10008.1.2.4.101.1": "mpeg2-main-high-fragmentable",
    "1.2.840.10008.1.2.4.102.1": "mpeg4-high-fragmentable",
    "1.2.840.10008.1.2.4.103.1": "mpeg4-high-bluray-fragmentable",
    "1.2.840.10008.1.2.4.104.1": "mpeg4-2d-fragmentable",
    "1.2.840.10008.1.2.4.105.1": "mpeg4-3d-fragmentable",
    "1.2.840.10008.1.2.4.106.1": "mpeg4-stereo-fragmentable",
    "1.2.840.10008.1.2.4.110": "jpeg-xl-lossless",
    "1.2.840.10008.1.2.4.111": "jpeg-xl-recompression",
    "1.2.840.10008.1.2.4.112": "jpeg-xl",
    "1.2.840.10008.1.2.8.1": "deflated-frames",
    "1.2.840.10008.1.2.4.201": "htj2k-lossless",
    "1.2.840.10008.1.2.4.202": "htj2k-lossless-rpcl",
    "1.2.840.10008.1.2.4.203": "htj2k",
    "1.2.840.10008.1.2.1.98": "encapsulated-uncompressed",
}
_RECENT = ("hevc-", "htj2k", "encapsulated-uncompressed", "jpeg-xl", "deflated-frames")
"""How names of transfer syntaxes begin that are younger than many products; so are all that are fragmentable."""

_REFERENCED = {
    "1.2.840.10008.1.2.4.94": ("jpip", ()),
    "1.2.840.10008.1.2.4.95": ("jpip-deflated", (Flag.DEFLATED,)),
    "1.2.840.10008.1.2.4.204": ("jpip-htj2k", (Flag.RECENT_SYNTAX,)),
    "1.2.840.10008.1.2.4.205": ("jpip-htj2k-deflated", (Flag.RECENT_SYNTAX, Flag.DEFLATED)),
}
"""Transfer syntaxes whose pixels are elsewhere (PS3.5 A.6, A.7, A.11 and A.12)."""

_NEUTRAL = {
    "nested": (
        STREAM + "sequence-header-without-length",
        STREAM + "item-tag-without-length",
        STREAM + "sequence-delimiter-always",
        LIST + "sequence-delimiter-implied",
        STREAM + "item-content-recursive",
        STREAM + "empty-sequence",
        STREAM + "empty-item",
    ),
    "nested-undefined-lengths": ("ps3.5-7.5.1-both-item-forms", "ps3.5-7.5.2-both-sequence-forms"),
    "nested-group-lengths": ("ps3.5-7.2-group-length-parsed", LIST + "group-length-neutral"),
    "nested-trailing-padding": ("ps3.10-7.2-trailing-padding-ignored", LIST + "trailing-padding-neutral"),
    "every-vr": ("ps3.5-7.1.2-short-and-long-headers", "ps3.5-7.3-little-endian-values"),
}
_ALGORITHMS = {
    "nested": ALL,
    "nested-group-lengths": SOME,
    "multi-frame-jpeg-2000": SOME,
    "private-elements": SOME,
}


_INSTANCES = (
    "ct-bare",
    "ct-big-endian",
    "ct-deflated",
    "ct-group-lengths",
    "ct-implicit",
    "ct-lookup-table",
    "ct-overlays",
    "ct-trailing-padding",
    "enhanced-ct-mixed-lengths",
    "enhanced-ct-undefined-lengths",
    "every-vr",
    "every-vr-big-endian",
    "every-vr-deflated",
    "every-vr-implicit",
    "every-vr-undefined-lengths",
    "jpeg-2000",
    "jpeg-2000-fragments",
    "jpeg-2000-offset-table",
    "mr-rle",
    "multi-frame-jpeg-2000",
    "multi-frame-jpeg-2000-empty-table",
    "nested",
    "nested-big-endian",
    "nested-deflated",
    "nested-group-lengths",
    "nested-implicit",
    "nested-mixed-lengths",
    "nested-trailing-padding",
    "nested-undefined-lengths",
    "private-elements",
    "private-elements-big-endian",
    "private-elements-undefined-lengths",
    "secondary-capture-odd",
    "sr-implicit",
    "sr-undefined-lengths",
    "ultrasound-rle",
)


def _everything(name: str, algorithm: MacAlgorithm) -> Forgery:
    return replace(of(name), algorithm=algorithm)


for _name in _INSTANCES:
    positive(
        f"whole-{_name}",
        _NEUTRAL.get(_name, ()),
        algorithms=_ALGORITHMS.get(_name, DEFAULT),
        title=f"{instances()[_name].title}: everything that can be signed is signed",
        family="valid-syntaxes",
        flags=(
            *((Flag.BIG,) if _name.startswith("every-vr") else ()),
            *((Flag.RETIRED_SYNTAX,) if _name.endswith("big-endian") else ()),
            *((Flag.DEFLATED,) if _name.endswith("deflated") else ()),
        ),
    )(partial(_everything, _name))


def _is_recent(name: str) -> bool:
    return name.startswith(_RECENT) or name.endswith("-fragmentable")


def _opaque(uid: str, _: MacAlgorithm) -> Forgery:
    """Three frames of bytes that are no picture; they are hashed as they lie."""
    pixels = Fragments(0x7FE00010, b"", tuple(bytes((frame,)) * 40 for frame in range(1, 4)))
    return Forgery(merged(multi_frame_data_set(f"opaque {uid}"), pixels), Form(transfer_syntax(uid)))


for _uid, _name in _OPAQUE.items():
    positive(
        f"fragments-{_name}",
        title=f"Three fragments in transfer syntax {_uid} are hashed as they lie",
        family="valid-syntaxes",
        flags=(Flag.OPAQUE_CODESTREAM, *((Flag.RECENT_SYNTAX,) if _is_recent(_name) else ())),
    )(partial(_opaque, _uid))


def _referenced(uid: str, _: MacAlgorithm) -> Forgery:
    """An image without pixels, with the address of a server that has them."""
    address = element("PixelDataProviderURL", "https://images.invalid/jpip?target=1")
    return replace(of("ct").on(dropped(tags.PIXEL_DATA), put(address)), form=Form(transfer_syntax(uid)))


for _uid, (_name, _flags) in _REFERENCED.items():
    positive(
        f"pixels-elsewhere-{_name}",
        title=f"Transfer syntax {_uid}: the address of the pixels is signed in their place",
        family="valid-syntaxes",
        flags=_flags,
    )(partial(_referenced, _uid))


@positive("extended-offset-table", ("ps3.3-c.12.1.1.3.1.2-offset-table-covered",))
def extended_offset_table(_: MacAlgorithm) -> Forgery:
    """Extended Offset Table (7FE0,0001) and its lengths are hashed as ordinary elements beside an empty basic one."""
    tables = (leaf(0x7FE00001, "OV", bytes(24)), leaf(0x7FE00002, "OV", bytes(24)))
    return of("multi-frame-jpeg-2000-empty-table").on(put(*tables))


@positive("one-empty-fragment", flags=(Flag.OPAQUE_CODESTREAM,))
def one_empty_fragment(_: MacAlgorithm) -> Forgery:
    """One of the fragments is empty and enters as its bare item tag."""
    pixels = Fragments(0x7FE00010, b"", (b"\1" * 8, b"", b"\2" * 8))
    return Forgery(merged(multi_frame_data_set("one empty fragment"), pixels), forms.JPEG_2000)


@positive("many-fragments", flags=(Flag.OPAQUE_CODESTREAM,))
def many_fragments(_: MacAlgorithm) -> Forgery:
    """Pixel Data (7FE0,0010) has 500 fragments of two bytes."""
    pixels = Fragments(0x7FE00010, b"", tuple(number.to_bytes(2) for number in range(500)))
    return Forgery(merged(multi_frame_data_set("many fragments"), pixels), forms.JPEG_2000)


@positive("icon-native-in-compressed", ("ps3.5-a.4-nested-pixels-native-or-encapsulated",))
def icon_native_in_compressed(_: MacAlgorithm) -> Forgery:
    """A compressed image has a native icon."""
    from dicomsig.vectors.wrong_signers.twins import icon

    return icon()


@positive("icon-encapsulated-in-compressed", ("ps3.5-a.4-nested-pixels-native-or-encapsulated",))
def icon_encapsulated_in_compressed(_: MacAlgorithm) -> Forgery:
    """A compressed image has an icon in fragments."""
    from dicomsig.vectors.pixels import image_pixel
    from dicomsig.vectors.values import sequence

    pixels = Fragments(0x7FE00010, b"", (b"\1\2\3\4",))
    return of("multi-frame-rle").on(put(sequence("IconImageSequence", [*image_pixel(2, 2, 8), pixels])))


@positive("character-set-named", algorithms=SOME)
def character_set_named(algorithm: MacAlgorithm) -> Forgery:
    """Patient's Name (0010,0010) is in UTF-8, and Specific Character Set (0008,0005) is signed with it."""
    name = element("PatientName", "TEST^ÖNLY=試験^専用".encode())
    return replace(of("ct").on(put(element("SpecificCharacterSet", "ISO_IR 192"), name)), algorithm=algorithm)
