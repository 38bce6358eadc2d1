"""An instance with very many signatures costs bounded work."""

from dataclasses import replace

import pytest

from dicomsig.encoding.instance import instance_of
from dicomsig.signatures import verify as module
from dicomsig.signatures.macro import signatures
from dicomsig.signatures.verdict import SignatureReason, Status
from dicomsig.signatures.verify import verify_signature
from dicomsig.vectors.samples import samples


def test_beyond_the_bound_nothing_is_hashed_and_the_answer_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each signature may cost a pass over all bytes: those beyond the bound are indeterminate, never invalid."""
    data = next(sample for sample in samples() if sample.path.name == "ct-creator-sha256.dcm").path.read_bytes()
    instance = instance_of(data)
    (signature,) = signatures(instance)
    assert signature.ordinal == 0
    last = replace(signature, ordinal=module.most_signatures(instance) - 1)
    assert verify_signature(instance, last).integrity is Status.VALID

    monkeypatch.setattr(module, "stream_over", lambda *_: pytest.fail("it was hashed"))
    verdict = verify_signature(instance, replace(last, ordinal=last.ordinal + 1))
    assert verdict.integrity is Status.INDETERMINATE
    assert SignatureReason.SIGNATURES_TOO_MANY in verdict.reasons


def test_signatures_are_numbered_through_the_instance() -> None:
    """The bound counts the signatures of all places together."""
    data = next(sample for sample in samples() if sample.path.name == "sr-item-and-main-sha256.dcm").path.read_bytes()
    assert [signature.ordinal for signature in signatures(instance_of(data))] == [0, 1]
