"""The reference as a system under test: our own verifier and signer, asked in process."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from dicomsig import __version__
from dicomsig.conformance.editions import edition
from dicomsig.conformance.profile_lists import CLAUSES
from dicomsig.conformance.tags_to_sign import tags_to_sign
from dicomsig.crypto.certificates import CertificateError
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import PrivateKeyError, load_certificates, load_private_key
from dicomsig.crypto.trust import TrustStore
from dicomsig.encoding.findings import MalformedError
from dicomsig.encoding.instance import Instance, open_instance
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.sign import sign, write
from dicomsig.signatures.signing_request import SigningError, SigningRequest
from dicomsig.signatures.stream import NotRebuildableError, mac_stream
from dicomsig.signatures.verdict import Verdict
from dicomsig.signatures.verify import Trust, verify
from dicomsig.systems.adapters import Described, MadeMacInput, Signed, SigningJob, Verified
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import (
    AxisStatus,
    Declined,
    Description,
    FileVerdict,
    MacInputWritten,
    Operation,
    Problem,
    SignatureRow,
    Signatures,
    SignedWritten,
    VerdictOfFile,
)

__all__ = ["ReferenceAdapter", "row"]


class ReferenceAdapter:
    """Our own verification and signing; others judge otherwise by overriding `verdicts`."""

    name = "dicomsig"

    def describe(self) -> Described:
        """Everything that the protocol knows."""
        return Description(
            name=self.name,
            version=__version__,
            operations=tuple(Operation),
            axes=("integrity", "structure", "trust", "time"),
            honours=("trust", "at"),
            mac_algorithms=tuple(MacAlgorithm),
        )

    def verdicts(self, instance: Instance, trust: Trust) -> Iterable[Verdict]:
        """The verdict on each signature of an instance."""
        return verify(instance, trust)

    def verify(self, path: Path, trust: Sequence[Path] = (), at: datetime | None = None) -> Verified:
        """The verdicts; a file that cannot be read is `unreadable`, an exception of ours a crash."""
        anchors = tuple(one.read_bytes() for one in trust)
        try:
            asked = Trust(_store(anchors), at)
            with open_instance(path) as instance:
                verdicts = tuple(self.verdicts(instance, asked))
                instance.check_unchanged()
        except MalformedError:
            return VerdictOfFile(FileVerdict.UNREADABLE)
        except CertificateError as error:
            return Problem(f"a trust anchor cannot be read: {error.message}")
        except Exception as error:  # as of any other system, a crash is a finding and not a verdict
            return Fault(AdapterFault.CRASH, f"{type(error).__name__} was raised")
        return Signatures(tuple(row(verdict) for verdict in verdicts))

    def sign(self, job: SigningJob, target: Path) -> Signed:
        """Sign what the profile wants signed, or everything that can be."""
        if job.profile not in (None, "base", *CLAUSES):
            return Declined("there is no such profile in PS3.15 Annex C")
        if job.mac not in MacAlgorithm.__members__:
            return Declined("there is no such MAC algorithm in PS3.15 C.1")
        try:
            with open_instance(job.path) as instance:
                request = SigningRequest(
                    key=load_private_key(job.key.read_bytes()),
                    certificate=load_certificates(job.certificate.read_bytes())[0].der,
                    algorithm=MacAlgorithm(job.mac),
                    tags=tags_to_sign(instance, job.profile, edition()),
                )
                signed = sign(instance, request)
                with target.open("wb") as out:
                    write(signed, out)
        except (SigningError, MalformedError, CertificateError, PrivateKeyError) as error:
            return Problem(str(error))
        return SignedWritten(str(target))

    def mac_input(self, path: Path, place: str, number: int, target: Path) -> MadeMacInput:
        """The MAC stream of PS3.3 C.12.1.1.3.1.2."""
        try:
            with open_instance(path) as instance, target.open("wb") as out:
                for signature in signatures(instance):
                    if (signature.place, signature.number) == (place, number) and len(signature.parameters) == 1:
                        covered = signature.parameters[0].tag_list.signable
                        for buffer in mac_stream(instance, signature.data_set, covered, signature.item):
                            out.write(buffer)
                        return MacInputWritten(str(target))
        except (MalformedError, NotRebuildableError) as error:
            return Problem(str(error))
        return Problem("there is no such signature, or it has not exactly one item of MAC parameters")

    def unknown(self, operation: str) -> Declined:
        """There is nothing else."""
        return Declined("there is no such operation")

    def close(self) -> None:
        """Nothing is open."""


def row(verdict: Verdict) -> SignatureRow:
    """A verdict of ours as the protocol has it."""
    return SignatureRow(
        place=verdict.place,
        integrity=cast(AxisStatus, verdict.integrity.value),
        number=verdict.number,
        uid=verdict.uid,
        structure=cast(AxisStatus, verdict.structure.value),
        trust=cast(AxisStatus, verdict.trust.value),
        time=verdict.time.value,
        reasons=verdict.reasons,
    )


@lru_cache(maxsize=64)
def _store(anchors: tuple[bytes, ...]) -> TrustStore:
    return TrustStore(tuple(certificate for pem in anchors for certificate in load_certificates(pem)))
