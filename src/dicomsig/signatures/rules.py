"""The choices of PS3.3 C.12.1.1.3.1.2 that an implementer can get wrong, one field each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MacRules:
    """How the MAC stream is formed. The defaults are the standard's; any other value is a known mistake."""

    sequence_length: bool = False
    """The length of a sequence is hashed after its reserved bytes."""
    sequence_delimiter: bool = True
    """The delimiter tag closes each sequence."""
    item_length: bool = False
    """The length of each item is hashed after its tag."""
    item_delimiter: bool = False
    """The delimiter tag closes each item."""
    fragment_length: bool = False
    """The length of each fragment is hashed, as toolkits did before 2005."""
    fragments_length: bool = False
    """The undefined length marker of encapsulated data is hashed."""
    offset_table: bool = True
    """The Basic Offset Table is hashed as the first item."""
    signature_item: bool = True
    """The elements of the signature item end the stream."""
    signature_item_tag: bool = False
    """The item tag of the signature item is hashed before its elements."""
    certificate: bool = False
    """Certificate of Signer is hashed with the signature item."""
    group_lengths: bool = False
    """Group lengths inside items are hashed."""
    nested_signatures: bool = False
    """Signatures and MAC parameters inside items are hashed, as toolkits did before 2019."""


STANDARD = MacRules()
"""The rules of PS3.3 C.12.1.1.3.1.2; verification uses no others."""
