"""An unsigned data set whose values could be written otherwise and mean the same (PS3.5 6.1, 6.2, A-26).

Superfluous blanks, numbers in unusual spelling, names with needless delimiters, a character set other than UTF-8, empty
and private elements, items in an order that matters, a status: what archives tidy up and so break signatures.
"""

from dicomsig.vectors.edits import edited, put
from dicomsig.vectors.images import ct_data_set
from dicomsig.vectors.nodes import DataSet, Leaf, Sequence
from dicomsig.vectors.recipes import NATIVE, InstanceRecipe
from dicomsig.vectors.values import code

__all__ = ["PADDED", "SPELLINGS", "padded_texts", "spellings"]


def spellings() -> DataSet:
    """A CT image with such values beside its own."""
    return edited(ct_data_set("spellings"), [put(*_ODDITIES)])


def padded_texts() -> DataSet:
    """A CT image with superfluous spaces at the end of texts, which PS3.5 6.2 allows."""
    return edited(ct_data_set("spellings-padded"), [put(*_PADDED)])


_PADDED = (
    Leaf(0x00080080, "LO", b"TEST HOSPITAL       "),
    Leaf(0x00081090, "LO", b"TEST MODEL  "),
    Leaf(0x00180015, "CS", b"HEAD  "),
)
_ODDITIES = (
    Leaf(0x00080005, "CS", b"ISO_IR 100"),
    Leaf(0x00080012, "DA", b"20240101"),
    Leaf(0x00080013, "TM", b"120000"),
    Leaf(0x00080090, "PN", b"TEST^ONLY^^^"),
    Leaf(0x00081040, "LO", b""),
    Leaf(0x00081090, "LO", b"Ger\xe4t "),
    Sequence(0x00082218, (code("69536005", "SCT", "Head"), code("45048000", "SCT", "Neck"))),
    Leaf(0x00180050, "DS", b"1.50"),
    Leaf(0x00180060, "DS", b" 120"),
    Leaf(0x00200013, "IS", b"+012"),
    Leaf(0x01000410, "CS", b"AO"),
    Leaf(0x00990010, "LO", b"TEST_ONLY"),
    Leaf(0x00991001, "LO", b"private"),
    Leaf(0x00991002, "DS", b"2.50"),
)

SPELLINGS = InstanceRecipe(
    "spellings", "CT image with values that mean the same when written otherwise", NATIVE, spellings
)
"""Not among the committed instances: it serves the judging of archives alone."""

PADDED = InstanceRecipe("spellings-padded", "CT image with superfluous padding", NATIVE, padded_texts)
"""Apart, since products that keep every other byte trim such padding when they send."""
