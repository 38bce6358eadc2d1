"""A verdict has four axes that are judged apart (PS3.3 C.12.1.1.3, PS3.15 C.1, A-13, A-17)."""

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dicomsig.crypto.certificates import Certificate, read_certificate
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.rsa import RsaReason
from dicomsig.crypto.trust import TrustReason, TrustStore
from dicomsig.encoding import tags
from dicomsig.encoding.findings import EncodingReason, MalformedError
from dicomsig.encoding.instance import instance_of, open_instance
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Axis, Remark, SignatureReason, Status, Verdict, worst
from dicomsig.signatures.verify import NO_TRUST, Trust, verify
from dicomsig.vectors import seals
from dicomsig.vectors.edits import put, revalued
from dicomsig.vectors.forge import SIGNED_AT, Forgery, forge, signed
from dicomsig.vectors.instances import instances
from dicomsig.vectors.nodes import Form, Fragments, Leaf, Sequence, encode_instance, merged
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.reading import nodes_of
from dicomsig.vectors.samples import samples
from dicomsig.vectors.values import element

VALID, INVALID, OPEN = Status.VALID, Status.INVALID, Status.INDETERMINATE
MOMENT = datetime(2024, 6, 15, 12, tzinfo=UTC)


def certificate(credential: Credential) -> Certificate:
    return read_certificate(credential.certificate_der)


ROOT, INTERMEDIATE = certificate(Credential.ROOT), certificate(Credential.INTERMEDIATE)
OTHER_ROOT = certificate(Credential.OTHER_ROOT)


def by(credential: Credential = Credential.RSA_2048, signed_at: str = SIGNED_AT) -> Forgery:
    """A CT image signed by somebody at some time."""
    base = Forgery(instances()["ct"].data_set(), credential=credential)
    return replace(base, item=(revalued(attributes.SIGNATURE_DATETIME, signed_at.encode()),))


def verdict_of(forgery: Forgery, trust: Trust = NO_TRUST) -> Verdict:
    (verdict,) = verify(instance_of(forge(forgery)), trust)
    return verdict


def anchored(*anchors: Certificate, intermediates: tuple[Certificate, ...] = (), **more: datetime) -> Trust:
    return Trust(TrustStore(anchors, intermediates), **more)


def reasons_on(verdict: Verdict, axis: Axis) -> set[str]:
    return {str(remark.reason) for remark in verdict.remarks if remark.axis is axis}


TRUST = {
    "chain-given": (Credential.BELOW_INTERMEDIATE, anchored(ROOT, intermediates=(INTERMEDIATE,)), VALID, None),
    "issued-by-the-anchor": (Credential.RSA_2048, anchored(ROOT), VALID, None),
    "intermediate-is-the-anchor": (Credential.BELOW_INTERMEDIATE, anchored(INTERMEDIATE), VALID, None),
    "one-of-two-anchors": (Credential.RSA_2048, anchored(OTHER_ROOT, ROOT), VALID, None),
    "intermediate-missing": (Credential.BELOW_INTERMEDIATE, anchored(ROOT), INVALID, TrustReason.ISSUER_UNKNOWN),
    "other-root": (Credential.RSA_2048, anchored(OTHER_ROOT), INVALID, TrustReason.ISSUER_UNKNOWN),
    "other-authority": (Credential.OTHER_AUTHORITY, anchored(ROOT), INVALID, TrustReason.ISSUER_UNKNOWN),
    "self-signed": (Credential.SELF_SIGNED, anchored(ROOT), INVALID, TrustReason.ISSUER_UNKNOWN),
    "expired": (Credential.EXPIRED, anchored(ROOT), INVALID, TrustReason.CERTIFICATE_EXPIRED),
    "not-yet-valid": (Credential.NOT_YET_VALID, anchored(ROOT), INVALID, TrustReason.CERTIFICATE_NOT_YET_VALID),
    "key-usage": (Credential.NO_DIGITAL_SIGNATURE, anchored(ROOT), INVALID, TrustReason.KEY_USAGE_WITHOUT_SIGNATURE),
    "no-anchors": (Credential.RSA_2048, NO_TRUST, OPEN, TrustReason.TRUST_NOT_ASKED),
    "no-anchors-but-a-link": (
        Credential.RSA_2048,
        anchored(intermediates=(ROOT,)),
        OPEN,
        TrustReason.TRUST_NOT_ASKED,
    ),
}


@pytest.mark.parametrize("name", TRUST)
def test_trust_is_judged_apart_from_integrity(name: str) -> None:
    """Whom to trust changes the axis of trust alone; that revocation was not looked up is said (A-13)."""
    credential, trust, status, reason = TRUST[name]
    verdict = verdict_of(by(credential), trust)
    assert verdict.trust is status
    assert reasons_on(verdict, Axis.TRUST) - {TrustReason.REVOCATION_NOT_CHECKED} == (
        {str(reason)} if reason else set()
    )
    if status is VALID:
        assert TrustReason.REVOCATION_NOT_CHECKED in verdict.reasons
    assert (verdict.integrity, verdict.structure, verdict.time) == (VALID, VALID, Status.ABSENT)
    assert verdict.certificate is not None
    assert verdict.certificate.der == credential.certificate_der


@pytest.mark.parametrize(
    ("credential", "signed_at", "status"),
    [
        (Credential.EXPIRED, "20210615120000+0000", VALID),
        (Credential.EXPIRED, "20240615120000+0000", INVALID),
        (Credential.NOT_YET_VALID, "20460615120000+0000", VALID),
        (Credential.RSA_2048, "20190615120000+0000", INVALID),
        (Credential.RSA_2048, "20500615120000+0000", INVALID),
    ],
)
def test_the_certificate_is_due_at_the_claimed_time(credential: Credential, signed_at: str, status: Status) -> None:
    """Valid then is what counts, not today (A-17)."""
    verdict = verdict_of(by(credential, signed_at), anchored(ROOT))
    assert (verdict.trust, verdict.integrity) == (status, VALID)
    assert verdict.signed_at == datetime.strptime(signed_at, "%Y%m%d%H%M%S%z")


def test_the_offset_of_the_claimed_time_is_used() -> None:
    """One second before the certificate begins in UTC, or after, by offset alone (A-16)."""
    begins = certificate(Credential.NOT_YET_VALID).not_before
    local = (begins + timedelta(hours=5)).strftime("%Y%m%d%H%M%S")
    early = (begins + timedelta(hours=5) - timedelta(seconds=1)).strftime("%Y%m%d%H%M%S")
    for text, status in ((f"{local}+0500", VALID), (f"{early}+0500", INVALID), (f"{local}+0000", VALID)):
        assert verdict_of(by(Credential.NOT_YET_VALID, text), anchored(ROOT)).trust is status


def test_a_moment_given_replaces_the_claimed_one() -> None:
    """Asked about another moment, the claimed one does not matter (A-17)."""
    trust = anchored(ROOT, at=datetime(2021, 1, 1, tzinfo=UTC))
    assert verdict_of(by(Credential.EXPIRED), trust).trust is VALID
    assert verdict_of(by(Credential.EXPIRED, "2021"), trust).trust is VALID


@pytest.mark.parametrize("text", ["20240615120000", "2024", "no time", "20240230120000+0000"])
def test_a_time_without_offset_leaves_trust_open(text: str) -> None:
    """It is no moment (A-16): structure invalid, trust indeterminate, integrity untouched."""
    verdict = verdict_of(by(signed_at=text), anchored(ROOT))
    assert (verdict.integrity, verdict.structure, verdict.trust) == (VALID, INVALID, OPEN)
    assert TrustReason.TIME_UNKNOWN in verdict.reasons
    assert verdict.signed_at is None


def test_a_certificate_that_cannot_be_read_leaves_trust_open() -> None:
    """There is nothing to trust."""
    for value in (b"", b"garbage!", Credential.RSA_2048.certificate_pem):
        verdict = verdict_of(replace(by(), certificate=value), anchored(ROOT))
        assert (verdict.integrity, verdict.trust, verdict.certificate) == (OPEN, OPEN, None)


def test_a_certificate_of_another_key_of_the_same_name_is_another_signer() -> None:
    """Integrity fails with its key; with the renewed certificate over the same key it holds (A-12)."""
    item = (revalued(attributes.CERTIFICATE, Credential.OTHER_AUTHORITY.certificate_der),)
    swapped = verdict_of(replace(by(), item_afterwards=item), anchored(ROOT))
    assert (swapped.integrity, swapped.trust) == (INVALID, INVALID)
    assert RsaReason.SIGNATURE_NOT_BY_KEY in swapped.reasons
    renewed = verdict_of(replace(by(), certificate=Credential.RENEWED.certificate_der), anchored(ROOT))
    assert (renewed.integrity, renewed.trust) == (VALID, VALID)


@pytest.mark.parametrize("algorithm", MacAlgorithm)
@pytest.mark.parametrize(
    "credential", [Credential.RSA_1024, Credential.RSA_1032, Credential.RSA_4096, Credential.EXPONENT_3]
)
def test_every_algorithm_holds_with_every_key(algorithm: MacAlgorithm, credential: Credential) -> None:
    """All six are verified (PS3.15 C.1), and none holds as another."""
    made = replace(by(credential), algorithm=algorithm)
    verdict = verdict_of(made)
    assert (verdict.integrity, verdict.mac_algorithm) == (VALID, algorithm)
    for other in set(MacAlgorithm) - {algorithm}:
        mislabelled = replace(made, parameters=(revalued(attributes.MAC_ALGORITHM, other.value.encode()),))
        assert verdict_of(mislabelled).integrity is INVALID


@pytest.mark.parametrize(
    ("seal", "reason", "status"),
    [
        (seals.Padded(data=seals.bare), RsaReason.DIGEST_INFO_BARE, INVALID),
        (seals.Padded(data=seals.without_null), RsaReason.DIGEST_INFO_PARAMETERS_ABSENT, VALID),
        (seals.Padded(data=seals.with_garbage), RsaReason.DIGEST_INFO_MALFORMED, INVALID),
        (seals.Padded(block=seals.short_padding), RsaReason.PADDING_NOT_PKCS1_V1_5, INVALID),
        (seals.Padded(block=seals.encryption_block), RsaReason.PADDING_NOT_PKCS1_V1_5, INVALID),
        (seals.Probabilistic(), RsaReason.PADDING_PSS, INVALID),
        (seals.Padded(value=seals.modulus_itself), RsaReason.SIGNATURE_OUT_OF_RANGE, INVALID),
        (seals.Padded(value=seals.truncated), RsaReason.SIGNATURE_LENGTH, INVALID),
        (seals.Padded(value=seals.extended), RsaReason.SIGNATURE_LENGTH, INVALID),
        (seals.Padded(value=seals.zero), RsaReason.SIGNATURE_NOT_BY_KEY, INVALID),
    ],
    ids=lambda value: str(value) if isinstance(value, RsaReason) else "",
)
def test_the_rsa_step_has_its_own_reasons(seal: seals.Seal, reason: RsaReason, status: Status) -> None:
    """Only one reading of the padding is valid; absent NULL parameters are remarked (A-01)."""
    verdict = verdict_of(replace(by(), seal=seal))
    assert verdict.integrity is status
    assert reasons_on(verdict, Axis.INTEGRITY) == {str(reason)}


def test_a_change_is_a_mismatch_and_yields_the_digest_that_was_signed() -> None:
    """The recovered digest is what an explanation looks for."""
    good = verdict_of(by())
    bad = verdict_of(replace(by(), afterwards=(put(element("PatientName", "Somebody^Else")),)))
    assert reasons_on(bad, Axis.INTEGRITY) == {RsaReason.MAC_MISMATCH}
    assert good.recovered_digest is not None
    assert bad.recovered_digest == good.recovered_digest


def test_a_timestamp_is_there_and_not_judged_yet() -> None:
    """The axis of time is absent without one and open with one; the others do not look at it."""
    plain, stamped = verdict_of(by()), verdict_of(replace(by(), timestamp=lambda _: b"\x30\0"))
    assert (plain.time, reasons_on(plain, Axis.TIME)) == (Status.ABSENT, set())
    assert (stamped.time, reasons_on(stamped, Axis.TIME)) == (OPEN, {SignatureReason.TIMESTAMP_NOT_JUDGED})
    assert (stamped.integrity, stamped.structure) == (VALID, VALID)


def test_an_unsigned_instance_has_no_verdict() -> None:
    """Parameters alone do not sign, and an empty sequence holds no signature (A-31)."""
    content = instances()["ct"].data_set()
    parameters = Sequence(tags.MAC_PARAMETERS, ((element("MACIDNumber", 1),),))
    for more in ((), (parameters,), (Sequence(tags.DIGITAL_SIGNATURES),)):
        assert list(verify(instance_of(encode_instance(merged(content, *more), Form())))) == []


def test_a_private_vr_from_a_dictionary_convicts_nobody() -> None:
    """After Implicit VR the dictionary's VR may not be the one that was signed: open, not invalid (A-03).

    With the VR of the dictionary it is valid all the same, and without private elements a change is invalid.
    """
    creator, private = Leaf(0x00190010, "LO", b"GEMS_ACQU_01"), 0x00191002
    implicit = instances()["ct-implicit"].form
    for vr, status in (("SL", VALID), ("DS", OPEN)):
        explicit = Forgery(merged(instances()["mr"].data_set(), creator, Leaf(private, vr, b"1234")))
        content = nodes_of(instance_of(forge(explicit)))
        (verdict,) = verify(instance_of(encode_instance(content, implicit)))
        assert verdict.integrity is status
        assert (SignatureReason.ENCODING_NOT_REBUILDABLE in verdict.reasons) == (status is OPEN)
    changed = replace(by(), form=implicit, afterwards=(put(element("PatientName", "Somebody^Else")),))
    assert verdict_of(changed).integrity is INVALID


def test_one_bad_remark_decides_an_axis() -> None:
    """Invalid before indeterminate before valid; another axis does not count."""

    def remark(status: Status, axis: Axis = Axis.STRUCTURE) -> Remark:
        return Remark("reason", axis, status, "message")

    assert worst([], Axis.STRUCTURE) is VALID
    assert worst([remark(VALID)], Axis.STRUCTURE) is VALID
    assert worst([remark(VALID), remark(OPEN)], Axis.STRUCTURE) is OPEN
    assert worst([remark(INVALID), remark(OPEN)], Axis.STRUCTURE) is INVALID
    assert worst([remark(INVALID, Axis.TRUST)], Axis.STRUCTURE) is VALID


def test_reasons_come_once_in_the_order_of_the_axes() -> None:
    """Integrity first."""
    made = replace(by(signed_at="20240615120000"), afterwards=(put(element("PatientName", "Somebody^Else")),))
    assert [str(reason) for reason in verdict_of(made).reasons] == [
        RsaReason.MAC_MISMATCH,
        SignatureReason.DATETIME_WITHOUT_OFFSET,
        TrustReason.TRUST_NOT_ASKED,
    ]


def test_a_file_that_shrinks_while_it_is_hashed_is_told(tmp_path: Path) -> None:
    """Never another verdict: MalformedError, file changed."""
    path = tmp_path / "object.dcm"
    large = Forgery(merged(instances()["ct"].data_set(), Leaf(tags.PIXEL_DATA, "OW", bytes(3 << 20))))
    data = forge(large)
    path.write_bytes(data)
    with open_instance(path) as instance:
        assert [verdict.integrity for verdict in verify(instance)] == [VALID]
        with path.open("r+b") as file:
            file.truncate(2 << 20)
        with pytest.raises(MalformedError) as caught:
            list(verify(instance))
        assert caught.value.finding.reason is EncodingReason.FILE_CHANGED


def test_every_sample_of_dcmsign_is_judged_as_its_trust_says() -> None:
    """With the anchors of the index all are valid but the one of another authority."""
    trust = anchored(ROOT, intermediates=(INTERMEDIATE,))
    for sample in samples():
        for verdict in verify(instance_of(sample.path.read_bytes()), trust):
            lawful = sample.path.stem != "ct-other-authority"
            assert (verdict.integrity, verdict.structure) == (VALID, VALID)
            assert verdict.trust is (VALID if lawful else INVALID), sample.path.stem


@pytest.mark.slow
def test_much_to_look_through_many_times_takes_bounded_time() -> None:
    """Ten thousand signatures over ten thousand elements: each finds what it lists without reading all of them."""
    chance = random.Random(7357)
    content = merged(
        instances()["ct"].data_set(),
        *(Leaf(0x60000000 + 2 * n + 2, "CS", b"") for n in range(10_000)),
        Sequence(tags.MAC_PARAMETERS, ((element("MACIDNumber", 1), Leaf(0x04000020, "AT", chance.randbytes(400))),)),
        Sequence(tags.DIGITAL_SIGNATURES, ((element("MACIDNumber", 1),),) * 10_000),
    )
    instance = instance_of(encode_instance(content, Form()))
    start = time.monotonic()
    assert len(list(verify(instance))) == 10_000
    assert time.monotonic() - start < 5


def test_an_icon_in_another_coding_leaves_the_signature_open() -> None:
    """Whether the pixels of a signed icon were coded when the MAC was made cannot be told (A-06)."""
    base, form = instances()["jpeg-2000"].data_set(), instances()["jpeg-2000"].form
    coded = Sequence(0x00880200, ((Fragments(tags.PIXEL_DATA, b"", (b"ab",)),),))
    native = Sequence(0x00880200, ((Leaf(tags.PIXEL_DATA, "OB", b"ab"),),))
    made = signed(Forgery(merged(base, coded), form=form, listed=(tags.SOP_INSTANCE_UID, coded.tag)))
    pixels = Leaf(tags.PIXEL_DATA, "OW", bytes(8))
    for after, now, status in (
        ((), form, VALID),
        ((native,), form, INVALID),
        ((pixels, native), Form(), OPEN),
        ((pixels, native, Leaf(tags.SOP_INSTANCE_UID, "UI", b"2.25.0")), Form(), OPEN),
    ):
        (verdict,) = verify(instance_of(encode_instance(merged(made, *after), now)))
        assert verdict.integrity is status
