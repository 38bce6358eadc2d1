"""Pieces of sentences that pages, terminal lines and files for programs have in common."""

__all__ = ["counted", "grouped_digits", "number_of", "product_in_words", "sentence"]


def counted(number: int, word: str) -> str:
    """A number with its noun and without grouped digits, for terminals and programs: ``1 case``, ``12345 cases``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def product_in_words(product: str, version: str, vendor: str) -> str:
    """The product with its version and vendor, as far as they are named; empty where none is."""
    named = " ".join(filter(None, (product, version)))
    return f"{named} by {vendor}" if named and vendor else named or vendor


def number_of(number: int, word: str, plural: str = "") -> str:
    """A number with its noun: ``1 signature``, ``2 signatures``, ``12 345 files`` with thin spaces."""
    return f"{grouped_digits(number)} {word if number == 1 else plural or word + 's'}"


def grouped_digits(number: int) -> str:
    """A number with thin spaces between its thousands: ``12 345``."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def sentence(text: str) -> str:
    """The text with a capital at its start and a stop at its end."""
    return text if not text else text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")
