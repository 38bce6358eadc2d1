"""A claims file says to what a product claims to conform; nobody else can know (a signature names no profile)."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dicomsig.conformance.editions import DEFAULT, Edition, edition, profile_data
from dicomsig.conformance.names import ConformanceInputError, quoted
from dicomsig.conformance.toml_tables import TomlTable, read_toml

__all__ = ["CLAIMABLE_PROFILES", "Claims", "Product"]

CLAIMABLE_PROFILES: Final = (
    "base", "creator", "authorization", "structured-report",  # PS3.15 C.1 to C.4
    "online-storage", "basic-signatures", "bit-preserving", "basic-sr",  # PS3.15 A.1 to A.4
)  # fmt: skip

_STORAGE_LEVELS: Final = (0, 1, 2)  # PS3.4 B.4.1.1
_SIGNATURE_LEVELS: Final = (1, 2, 3)  # PS3.4 B.4.1.4
_LARGEST_CERTIFICATE_FILE: Final = 1024 * 1024
_TAG: Final = re.compile(r"\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)")


@dataclass(frozen=True, slots=True)
class Product:
    """The product under test, as its vendor calls it; what was not said is empty."""

    vendor: str = ""
    name: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a product claims: an edition, profiles, MAC algorithms it creates, levels of PS3.4, its own certificates.

    `profiles` are names of `CLAIMABLE_PROFILES`, `mac_algorithms` terms of MAC Algorithm (0400,0015); either is empty
    when nothing is claimed, and a level is None then. `signer_certificates` are the files of those whose signatures
    count as the product's own; `certificates` reads them. `approver_sees` holds tags, group and element as one number,
    whose values the approving person can check (PS3.15 C.3).
    """

    product: Product = field(default_factory=Product)
    edition: Edition = field(default_factory=edition)
    profiles: tuple[str, ...] = ()
    mac_algorithms: tuple[str, ...] = ()
    storage_level: int | None = None
    signature_level: int | None = None
    signer_certificates: tuple[Path, ...] = ()
    approver_sees: tuple[int, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Claims":
        """The claims in a TOML file; raises `ConformanceInputError` with the path of the key that is wrong."""
        root = read_toml(path)
        root.only(("product", "claims"))
        product = root.table("product")
        product.only(("vendor", "name", "version"))
        claims = root.table("claims")
        claims.only(
            ("edition", "profiles", "mac_algorithms", "storage_level", "signature_level", "signer_certificates",
             "approver_sees")
        )  # fmt: skip
        return cls(
            Product(product.text("vendor"), product.text("name"), product.text("version")),
            _edition(claims),
            claims.names("profiles", CLAIMABLE_PROFILES),
            claims.names("mac_algorithms", _mac_algorithms()),
            claims.number("storage_level", _STORAGE_LEVELS),
            claims.number("signature_level", _SIGNATURE_LEVELS),
            _files(claims, path.parent),
            _tags(claims),
        )

    def certificates(self) -> tuple[bytes, ...]:
        """The contents of the certificate files, as they are (PEM or DER), in order, each at most 1 MiB.

        Raises `ConformanceInputError` for a file that cannot be read.
        """
        return tuple(_content(path) for path in self.signer_certificates)


def _edition(claims: TomlTable) -> Edition:
    label = claims.text("edition", required=True) if "edition" in claims else DEFAULT
    try:
        return edition(label)
    except ConformanceInputError as error:
        raise ConformanceInputError(f"{quoted(claims.where('edition'))}: {error}") from error


def _mac_algorithms() -> tuple[str, ...]:
    """The terms that any edition defines: a claim of one that its edition lacks is judged, not refused."""
    return tuple(dict.fromkeys(term for terms in profile_data()["mac_algorithms"].values() for term in terms))


def _files(claims: TomlTable, folder: Path) -> tuple[Path, ...]:
    names = claims.texts("signer_certificates")
    for number, name in enumerate(names):
        if "\0" in name:
            where = quoted(f"{claims.where('signer_certificates')}[{number}]")
            raise ConformanceInputError(f"{where} is not a file name")
    return tuple(folder / name for name in names)


def _tags(claims: TomlTable) -> tuple[int, ...]:
    found: list[int] = []
    for number, text in enumerate(claims.texts("approver_sees")):
        match = _TAG.fullmatch(text)
        if match is None:
            where = quoted(f"{claims.where('approver_sees')}[{number}]")
            raise ConformanceInputError(f"{where} is {quoted(text)}, expected a tag such as '(0010,0010)'")
        found.append(int(match[1] + match[2], 16))
    return tuple(found)


def _content(path: Path) -> bytes:
    name = quoted(path.name)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_CERTIFICATE_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable file name"
        raise ConformanceInputError(f"the signer certificate {name} cannot be read: {reason}") from error
    if len(content) > _LARGEST_CERTIFICATE_FILE:
        raise ConformanceInputError(f"the signer certificate {name} is larger than 1 MiB")
    return content
