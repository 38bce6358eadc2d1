"""Archives that pack encapsulated pixel data anew (PS3.5 A.4, A-05)."""

import struct
from collections.abc import Iterable
from typing import Final

from dicomsig.encoding import tags
from dicomsig.impostors.archives.base import ClaimingArchive, changed, everywhere
from dicomsig.vectors.nodes import Fragments, Leaf, Node

_FRAGMENTS: Final = "ps3.15-a.3-no-transcoding-of-signed-pixels"
_LARGE: Final = 4096


class _PacksAnew(ClaimingArchive):
    """Makes other fragments when it stores."""

    convicted_by = _FRAGMENTS
    shown_by = "multi-frame-rle"

    def kept(self, data: bytes) -> bytes | None:
        """With its own fragments."""
        return changed(data, everywhere(self._made))

    def _made(self, node: Node) -> Iterable[Node]:
        return (self.packed(node),) if isinstance(node, Fragments) else (node,)

    def packed(self, pixels: Fragments) -> Fragments:
        """The pixels as it packs them."""
        return pixels


class SplitsFragments(_PacksAnew):
    """Divides each fragment in two."""

    def packed(self, pixels: Fragments) -> Fragments:
        """Two for one, where there are bytes for two."""
        halves = []
        for fragment in pixels.fragments:
            middle = len(fragment) // 4 * 2
            halves += [fragment[:middle], fragment[middle:]] if middle else [fragment]
        return Fragments(pixels.tag, pixels.offset_table, tuple(halves))


class JoinsFragments(_PacksAnew):
    """Makes one fragment of all."""

    shown_by = "jpeg-2000-fragments"

    def packed(self, pixels: Fragments) -> Fragments:
        """One fragment."""
        return Fragments(pixels.tag, pixels.offset_table, (b"".join(pixels.fragments),))


class RebuildsTheOffsetTable(_PacksAnew):
    """Fills an empty Basic Offset Table, and empties a filled one."""

    def packed(self, pixels: Fragments) -> Fragments:
        """The other table."""
        offsets, position = [], 0
        for fragment in pixels.fragments:
            offsets.append(position)
            position += 8 + len(fragment) + len(fragment) % 2
        table = b"" if pixels.offset_table else struct.pack(f"<{len(offsets)}L", *offsets)
        return Fragments(pixels.tag, table, pixels.fragments)


class ChangesLargeObjects(ClaimingArchive):
    """Changes a byte of the pixels of large objects alone."""

    convicted_by = "ps3.15-a.3-values-bit-identical"
    shown_by = "ct"

    def kept(self, data: bytes) -> bytes | None:
        """With the last byte changed where there are many."""
        return changed(data, everywhere(_blurred)) if len(data) > 2 * _LARGE else data


def _blurred(node: Node) -> Iterable[Node]:
    if isinstance(node, Leaf) and node.tag == tags.PIXEL_DATA and len(node.value) > _LARGE:
        return (Leaf(node.tag, node.vr, node.value[:-1] + bytes((node.value[-1] ^ 1,))),)
    return (node,)
