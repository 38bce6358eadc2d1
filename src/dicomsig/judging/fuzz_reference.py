"""What our own verifier says of bytes, and of what in it there can be no two opinions (PS3.3 C.12.1.1.3.1.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from dicomsig.crypto.key_files import load_certificates
from dicomsig.crypto.rsa import RsaReason
from dicomsig.crypto.trust import TrustStore
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, instance_of
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.verdict import Status, Verdict
from dicomsig.signatures.verify import Trust, verify
from dicomsig.systems.protocol import FileVerdict, Signatures, VerdictOfFile
from dicomsig.systems.reference_adapter import row
from dicomsig.vectors.vector import Anchors

__all__ = ["Opinion", "opinion_of"]

_DEFINITE: Final = frozenset((RsaReason.MAC_MISMATCH, RsaReason.SIGNATURE_NOT_BY_KEY))


@dataclass(frozen=True, slots=True)
class Opinion:
    """The answer of our own verifier. ``definite`` are the signatures that do not hold by any reading of the bytes.

    ``fault`` names an exception that was raised where there must be none: ours to mend.
    """

    answer: Signatures | VerdictOfFile
    definite: frozenset[tuple[str, int]] = frozenset()
    fault: str = ""


def opinion_of(data: bytes, twin: bytes = b"") -> Opinion:
    """What our own verifier says of a file; with the undamaged ``twin`` also what is definite about it."""
    try:
        instance = instance_of(data)
        verdicts = tuple(verify(instance, _trust()))
        definite = frozenset(_definite(instance, verdicts, data, twin)) if twin else frozenset[tuple[str, int]]()
    except MalformedError:
        return Opinion(VerdictOfFile(FileVerdict.UNREADABLE))
    except Exception as error:  # ours, and never a verdict
        return Opinion(VerdictOfFile(FileVerdict.UNREADABLE), fault=f"{type(error).__name__} was raised")
    return Opinion(Signatures(tuple(row(verdict) for verdict in verdicts)), definite)


@cache
def _trust() -> Trust:
    return Trust(TrustStore(load_certificates(Anchors.ROOT.path.read_bytes())))


def _definite(instance: Instance, verdicts: tuple[Verdict, ...], data: bytes, twin: bytes) -> Iterator[tuple[str, int]]:
    """The signatures that cannot hold: well-formed as the file and they are, with the certificate they had.

    Any departure from the encoding rules, and any damage before the data set, may be read in two ways.
    """
    if instance.findings or instance.findings_dropped or data[: instance.file_start] != twin[: instance.file_start]:
        return
    known = {signature.certificate_value for signature in signatures(instance_of(twin))}
    found = {(signature.place, signature.number): signature for signature in signatures(instance)}
    for verdict in verdicts:
        key = (verdict.place, verdict.number)
        if (
            verdict.integrity is Status.INVALID
            and verdict.structure is Status.VALID
            and not _DEFINITE.isdisjoint(verdict.reasons)
            and found[key].certificate_value in known
        ):
            yield key
