"""Pieces of sentences that pages, terminal lines and files for programs have in common."""

__all__ = ["counted", "product_in_words"]


def counted(number: int, word: str) -> str:
    """A number with its noun and without grouped digits, for terminals and programs: ``1 case``, ``12345 cases``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def product_in_words(product: str, version: str, vendor: str) -> str:
    """The product with its version and vendor, as far as they are named; empty where none is."""
    named = " ".join(filter(None, (product, version)))
    return f"{named} by {vendor}" if named and vendor else named or vendor
