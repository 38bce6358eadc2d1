"""DCMTK's dcmsign, asked as a system under test, agrees with the reference on every committed sample but one."""

from contextlib import closing
from pathlib import Path

import pytest

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.key_files import load_private_key
from dicomsig.encoding.instance import open_instance
from dicomsig.encoding.tags import parse_place
from dicomsig.signatures.macro import data_sets
from dicomsig.signatures.sign import sign, write
from dicomsig.signatures.signing_request import SigningRequest
from dicomsig.signatures.tag_choice import signable_tags
from dicomsig.systems.adapters import SigningJob
from dicomsig.systems.dcmsign_adapter import DcmsignAdapter
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import (
    Declined,
    Description,
    FileVerdict,
    MacInputWritten,
    Problem,
    SignatureRow,
    Signatures,
    SignedWritten,
    VerdictOfFile,
)
from dicomsig.systems.reference_adapter import ReferenceAdapter
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.pki import Credential, chain_path
from dicomsig.vectors.samples import Sample, samples

pytestmark = pytest.mark.dcmtk

LEAF = Credential.RSA_2048
ODD_MODULUS = "secondary-capture-odd-modulus"
"""dcmsign 3.6.7 takes the pad byte of its own odd signature value for a part of it."""


def rows(answer: object) -> dict[str, SignatureRow]:
    assert isinstance(answer, Signatures), answer
    return {row.name: row for row in answer.signatures}


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.path.stem)
def test_places_uids_and_axes_are_those_of_the_reference(sample: Sample) -> None:
    """Each signature is named alike; integrity and trust agree, and time where both judge it."""
    with closing(DcmsignAdapter()) as adapter:
        theirs = rows(adapter.verify(sample.path, [chain_path()]))
    ours = rows(ReferenceAdapter().verify(sample.path, [chain_path()]))
    assert {name: row.uid for name, row in theirs.items()} == {name: row.uid for name, row in ours.items()}
    for name, row in theirs.items():
        if sample.path.stem == ODD_MODULUS:
            assert (row.integrity, row.reasons) == ("invalid", ("mac-mismatch",))
        else:
            assert (row.integrity, row.trust) == (ours[name].integrity, ours[name].trust)
            assert row.time in (None, ours[name].time) or "timestamp-not-judged" in ours[name].reasons


def test_it_describes_itself() -> None:
    """Its version is that of the program; it honours no time."""
    with closing(DcmsignAdapter()) as adapter:
        described = adapter.describe()
    assert isinstance(described, Description)
    assert described.version.startswith("3.")
    assert described.honours == ("trust",)


@pytest.mark.parametrize("credential", [Credential.EXPIRED, Credential.NOT_YET_VALID, Credential.SELF_SIGNED])
def test_a_certificate_that_is_not_trusted_is_no_matter_of_integrity(credential: Credential, tmp_path: Path) -> None:
    """Dates and issuer are judged on the trust axis, for the same reason as ours."""
    target = tmp_path / "signed.dcm"
    with closing(DcmsignAdapter()) as adapter:
        job = SigningJob(committed_path("ct"), credential.key_path, credential.certificate_path)
        assert adapter.sign(job, target) == SignedWritten(str(target))
        row = rows(adapter.verify(target, [chain_path()]))["/#0"]
    ours = rows(ReferenceAdapter().verify(target, [chain_path()]))["/#0"]
    assert (row.integrity, row.trust) == (ours.integrity, ours.trust) == ("valid", "invalid")
    assert set(row.reasons) <= set(ours.reasons)


def test_dates_are_told_only_of_a_signature_that_holds(tmp_path: Path) -> None:
    """With an expired certificate and altered content it speaks of the content: so expired means that the MAC holds."""
    target = tmp_path / "signed.dcm"
    expired = Credential.EXPIRED
    with closing(DcmsignAdapter()) as adapter:
        adapter.sign(SigningJob(committed_path("ct"), expired.key_path, expired.certificate_path), target)
        data = bytearray(target.read_bytes())
        data[data.index(b"\xe0\x7f\x10\x00OW") + 40] ^= 1
        target.write_bytes(data)
        row = rows(adapter.verify(target, [chain_path()]))["/#0"]
    assert (row.integrity, row.reasons) == ("invalid", ("mac-mismatch",))


def test_unsigned_unreadable_and_faults_are_told_apart(tmp_path: Path) -> None:
    """An unsigned instance has no rows, text is unreadable, a missing program is a fault."""
    (tmp_path / "text").write_text("no instance")
    with closing(DcmsignAdapter()) as adapter:
        assert adapter.verify(committed_path("ct")) == Signatures(())
        assert adapter.verify(tmp_path / "text") == VerdictOfFile(FileVerdict.UNREADABLE)
    with closing(DcmsignAdapter("/nonexistent/dcmsign")) as adapter:
        answer = adapter.verify(committed_path("ct"))
    assert isinstance(answer, Fault)
    assert answer.kind is AdapterFault.REFUSED_START


@pytest.mark.parametrize("mac", ["RIPEMD160", "MD5", "SHA1", "SHA256", "SHA384", "SHA512"])
@pytest.mark.parametrize("profile", [None, "base", "creator", "authorization", "structured-report"])
def test_what_it_hashes_is_what_we_hash(profile: str | None, mac: str, tmp_path: Path) -> None:
    """The bytes it hashed while it signed are those of the reference for the file that it made."""
    target, theirs, ours = tmp_path / "signed.dcm", tmp_path / "theirs.bin", tmp_path / "ours.bin"
    with closing(DcmsignAdapter()) as adapter:
        job = SigningJob(committed_path("sr"), LEAF.key_path, LEAF.certificate_path, mac, profile)
        assert adapter.sign(job, target) == SignedWritten(str(target))
        assert adapter.mac_input(target, "/", 0, theirs) == MacInputWritten(str(theirs))
        assert isinstance(adapter.mac_input(target, "/", 1, theirs), Declined)
    assert ReferenceAdapter().mac_input(target, "/", 0, ours) == MacInputWritten(str(ours))
    assert theirs.read_bytes() == ours.read_bytes()


def test_what_it_does_not_do_it_declines_or_fails(tmp_path: Path) -> None:
    """It hashes in the open only while it signs; a profile that it lacks is declined, a wrong instance is a problem."""
    good = (LEAF.key_path, LEAF.certificate_path)
    with closing(DcmsignAdapter()) as adapter:
        assert isinstance(adapter.mac_input(samples()[0].path, "/", 0, tmp_path / "stream"), Declined)
        assert isinstance(adapter.sign(SigningJob(committed_path("ct"), *good, "MD4"), tmp_path / "out"), Declined)
        refused = adapter.sign(SigningJob(committed_path("ct"), *good, profile="structured-report"), tmp_path / "out")
    assert isinstance(refused, Problem)
    assert refused.error.startswith("exit code 85")


def test_a_place_in_a_private_sequence_is_found(tmp_path: Path) -> None:
    """Its name is in no dictionary; the place is that of the reference."""
    adapter = ReferenceAdapter()
    source = committed_path("private-elements")
    place = "/00991010[0]/00991002[0]/"
    signed = tmp_path / "signed.dcm"
    with open_instance(source) as instance, signed.open("wb") as out:
        listed = signable_tags(dict(data_sets(instance.elements))[place], place)
        key = load_private_key(LEAF.key_pem)
        request = SigningRequest(key, LEAF.certificate_der, MacAlgorithm.SHA256, listed, parse_place(place))
        write(sign(instance, request), out)
    with closing(DcmsignAdapter()) as peer:
        assert set(rows(peer.verify(signed, [chain_path()]))) == set(rows(adapter.verify(signed))) == {f"{place}#0"}
