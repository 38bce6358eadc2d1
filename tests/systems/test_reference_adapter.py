"""The reference as a system under test: our verifier and signer behind the contract of every adapter."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dicomsig.encoding.instance import Instance
from dicomsig.signatures.verdict import Verdict
from dicomsig.signatures.verify import Trust
from dicomsig.systems.adapters import SigningJob
from dicomsig.systems.faults import AdapterFault, Fault
from dicomsig.systems.protocol import (
    Declined,
    Description,
    FileVerdict,
    MacInputWritten,
    Operation,
    Problem,
    Signatures,
    SignedWritten,
    VerdictOfFile,
)
from dicomsig.systems.reference_adapter import ReferenceAdapter
from dicomsig.vectors.instances import committed_path
from dicomsig.vectors.pki import Credential, chain_path, other_trust_path
from dicomsig.vectors.samples import Sample, samples

LEAF = Credential.RSA_2048
SAMPLES = {sample.path.stem: sample for sample in samples()}


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.path.stem)
def test_signatures_of_the_samples_are_found_where_they_are(sample: Sample) -> None:
    """Each signature has a row with valid integrity and structure, under its place and number."""
    answer = ReferenceAdapter().verify(sample.path, [chain_path()])
    assert isinstance(answer, Signatures)
    assert sorted(row.name for row in answer.signatures) == sorted(f"{s.place}#{s.number}" for s in sample.signatures)
    assert {(row.integrity, row.structure) for row in answer.signatures} == {("valid", "valid")}


def test_anchors_and_time_are_honoured() -> None:
    """Another anchor, and a time after the end of the certificate, make trust invalid; none leaves it open."""
    path, adapter = SAMPLES["ct-creator-sha256"].path, ReferenceAdapter()

    def trust(anchors: list[Path], at: datetime | None = None) -> object:
        answer = adapter.verify(path, anchors, at)
        assert isinstance(answer, Signatures)
        return answer.signatures[0].trust

    assert trust([chain_path()]) == "valid"
    assert trust([other_trust_path()]) == "invalid"
    assert trust([chain_path()], datetime(2060, 1, 1, tzinfo=UTC)) == "invalid"
    assert trust([]) == "indeterminate"


def test_unsigned_and_unreadable_files_are_told_apart(tmp_path: Path) -> None:
    """No rows for an unsigned instance, `unreadable` for bytes that are none."""
    (tmp_path / "text").write_text("no instance")
    adapter = ReferenceAdapter()
    assert adapter.verify(committed_path("ct")) == Signatures(())
    assert adapter.verify(tmp_path / "text") == VerdictOfFile(FileVerdict.UNREADABLE)


def test_an_anchor_that_is_none_is_a_problem() -> None:
    """It is no verdict on the file."""
    assert isinstance(ReferenceAdapter().verify(committed_path("ct"), [committed_path("ct")]), Problem)


@pytest.mark.parametrize("profile", [None, "base", "creator", "authorization"])
def test_what_it_signs_holds_and_shows_what_was_hashed(profile: str | None, tmp_path: Path) -> None:
    """A signed copy is valid, and its MAC input is there; more is covered without a profile than with Creator."""
    adapter, target, stream = ReferenceAdapter(), tmp_path / "signed.dcm", tmp_path / "stream.bin"
    job = SigningJob(committed_path("ct"), LEAF.key_path, LEAF.certificate_path, "SHA512", profile)
    assert adapter.sign(job, target) == SignedWritten(str(target))
    answer = adapter.verify(target, [chain_path()])
    assert isinstance(answer, Signatures)
    assert [(row.name, row.integrity, row.trust) for row in answer.signatures] == [("/#0", "valid", "valid")]
    assert adapter.mac_input(target, "/", 0, stream) == MacInputWritten(str(stream))
    assert stream.read_bytes().startswith(b"\x08\x00\x05\x00CS" if profile in (None, "base") else b"\x08\x00")


def test_what_it_cannot_do_it_says(tmp_path: Path) -> None:
    """Unknown names are declined; a key that does not fit, a missing signature and no instance are problems."""
    adapter, ct, target = ReferenceAdapter(), committed_path("ct"), tmp_path / "out"
    good = (LEAF.key_path, LEAF.certificate_path)
    assert isinstance(adapter.unknown("frobnicate"), Declined)
    assert isinstance(adapter.sign(SigningJob(ct, *good, "MD4"), target), Declined)
    assert isinstance(adapter.sign(SigningJob(ct, *good, "MD5", "nonsense"), target), Declined)
    assert isinstance(adapter.sign(SigningJob(ct, LEAF.key_path, Credential.ROOT.certificate_path), target), Problem)
    assert isinstance(adapter.sign(SigningJob(LEAF.key_path, *good), target), Problem)
    assert isinstance(adapter.mac_input(ct, "/", 0, target), Problem)


def test_it_describes_itself_fully() -> None:
    """All operations, all axes, all inputs and six MAC algorithms."""
    described = ReferenceAdapter().describe()
    assert isinstance(described, Description)
    assert described.operations == tuple(Operation)
    assert len(described.axes) == 4
    assert len(described.mac_algorithms) == 6


def test_another_verifier_may_take_its_place_and_crash() -> None:
    """An exception is a crash, as of any other system, and not a verdict."""

    class Crashes(ReferenceAdapter):
        def verdicts(self, instance: Instance, trust: Trust) -> Iterable[Verdict]:
            raise ZeroDivisionError

    answer = Crashes().verify(SAMPLES["ct-creator-sha256"].path)
    assert isinstance(answer, Fault)
    assert (answer.kind, answer.message) == (AdapterFault.CRASH, "ZeroDivisionError was raised")
