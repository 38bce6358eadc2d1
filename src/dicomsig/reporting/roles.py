"""The roles in which a product is judged, as a result document names them."""

from enum import StrEnum

__all__ = ["Role"]


class Role(StrEnum):
    """What the product does."""

    SIGNER = "signer"
    VERIFIER = "verifier"
    """It is fed with instances of ours, none of its own."""
    ARCHIVE = "archive"
    """It stores instances and gives them back."""
