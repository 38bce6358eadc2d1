"""A run starts with its terms: what judges, by which edition, what is judged and what it claims."""

import importlib.metadata
import platform
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Final

from dicomsig import __version__
from dicomsig.conformance.claims import Claims, Product
from dicomsig.conformance.editions import Edition
from dicomsig.reporting.document import (
    ClaimsMade,
    Environment,
    Library,
    Run,
    RunStart,
    Suite,
    SystemUnderTest,
)
from dicomsig.reporting.text import safe_text

__all__ = ["environment", "start_run", "utc"]

_LIBRARIES: Final = ("asn1crypto", "cryptography", "jinja2", "msgspec", "pydicom")


def start_run(
    role: str,
    edition: Edition,
    *,
    claims: Claims | None = None,
    profiles: Sequence[str] = (),
    product: Product | None = None,
    rerun: str = "",
    by_hand: str = "",
    corpus_digest: str = "",
    only: Sequence[str] = (),
    now: datetime | None = None,
) -> RunStart:
    """The start of a run in a role (``signer``) by an edition, now unless a time is given.

    `profiles` are those due beyond macro and Base. `product` is what is judged, by default that of the claims. `rerun`
    is the command that judges one file again, with ``{file}`` for its path; it must hold no path of its own.
    `by_hand` is the product's own command for one vector. `only` are the options that leave a part of the requirements
    or cases out.
    """
    named = product or (claims.product if claims is not None else Product())
    return RunStart(
        run=Run(
            uuid.uuid4().hex,
            utc(now),
            profiles=tuple(profiles),
            rerun=safe_text(rerun),
            by_hand=safe_text(by_hand),
            only=tuple(only),
        ),
        suite=Suite(__version__, edition.label, edition.note, corpus_digest),
        subject=SystemUnderTest(
            role, safe_text(named.vendor), safe_text(named.name), safe_text(named.version), _claims_made(claims)
        ),
    )


@cache
def environment() -> Environment:
    """The Python, the platform and the libraries of this process."""
    libraries = tuple(Library(name, importlib.metadata.version(name)) for name in _LIBRARIES)
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return Environment(f"{platform.python_implementation()} {platform.python_version()}", system, libraries)


def utc(moment: datetime | None = None) -> str:
    """A moment as the document holds it, ``2024-06-30T12:00:00Z``; now when none is given."""
    aware = (moment or datetime.now(UTC)).astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ")


def _claims_made(claims: Claims | None) -> ClaimsMade | None:
    if claims is None:
        return None
    return ClaimsMade(
        edition=claims.edition.label,
        profiles=claims.profiles,
        mac_algorithms=claims.mac_algorithms,
        storage_level=claims.storage_level,
        signature_level=claims.signature_level,
        signer_certificates=len(claims.signer_certificates),
        approver_sees=tuple(f"({tag >> 16:04x},{tag & 0xFFFF:04x})" for tag in claims.approver_sees),
    )
