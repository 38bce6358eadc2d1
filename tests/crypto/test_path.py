"""A certificate is trusted when a path of good signatures and lawful issuers leads to an anchor (RFC 5280 6.1)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from dicomsig.crypto import path as module
from dicomsig.crypto.certificate_signatures import certificate_signature
from dicomsig.crypto.certificates import Certificate, CertificateError, read_certificate
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.path import check_trust
from dicomsig.crypto.trust import TrustOutcome, TrustPolicy, TrustReason, TrustStatus, TrustStore

MakeCertificate = Callable[..., bytes]
Make = Callable[..., Certificate]
VALID, INVALID, INDETERMINATE = TrustStatus.VALID, TrustStatus.INVALID, TrustStatus.INDETERMINATE
STANDARD, STRICT, LEGACY = TrustPolicy.STANDARD, TrustPolicy.STRICT, TrustPolicy.LEGACY
AT = datetime(2024, 6, 1, 12, tzinfo=UTC)
AUTHORITY = (("basic_constraints", True, {"ca": True}), ("key_usage", True, {"key_cert_sign"}))
SIGNER = (("key_usage", True, {"digital_signature"}),)


@pytest.fixture
def make(make_certificate: MakeCertificate) -> Make:
    """Make a read certificate; authorities and signers get their usual extensions unless told otherwise."""

    def made(subject: str, issuer: str, **changes: object) -> Certificate:
        changes.setdefault("extensions", SIGNER if subject == "leaf" else AUTHORITY)
        return read_certificate(make_certificate(subject, issuer, **changes))

    return made


def limited(length: int) -> tuple[tuple[str, bool, object], ...]:
    return (("basic_constraints", True, {"ca": True, "path_len_constraint": length}),)


def codes(outcome: TrustOutcome) -> set[TrustReason]:
    return {remark.reason for remark in outcome.reasons}


@pytest.mark.parametrize("policy", TrustPolicy)
def test_a_chain_to_an_anchor_is_valid(make: Make, policy: TrustPolicy) -> None:
    """Signer, intermediate and root make a valid path under every policy; revocation is said not to be checked."""
    leaf, middle, root = make("leaf", "intermediate"), make("intermediate", "root"), make("root", "root")
    outcome = check_trust(leaf, TrustStore((root,), (middle,)), AT, policy)
    assert (outcome.status, codes(outcome)) == (VALID, {TrustReason.REVOCATION_NOT_CHECKED})
    assert outcome.path == (leaf, middle, root)


def test_every_given_certificate_is_an_anchor(make: Make) -> None:
    """An intermediate or the signer's own certificate, given as anchor, ends the path."""
    leaf, middle = make("leaf", "intermediate"), make("intermediate", "root")
    assert check_trust(leaf, TrustStore((middle,)), AT).path == (leaf, middle)
    assert check_trust(leaf, TrustStore((leaf,)), AT).path == (leaf,)


def test_without_anchors_or_time_nothing_is_said(make: Make) -> None:
    """No anchor means that trust was not asked; no time means that it cannot be told."""
    leaf, root = make("leaf", "root"), make("root", "root")
    assert codes(unasked := check_trust(leaf, TrustStore((), (root,)), AT)) == {TrustReason.TRUST_NOT_ASKED}
    assert codes(timeless := check_trust(leaf, TrustStore((root,)), None)) == {TrustReason.TIME_UNKNOWN}
    assert {unasked.status, timeless.status} == {INDETERMINATE}
    with pytest.raises(ValueError, match="offset"):
        check_trust(leaf, TrustStore((root,)), datetime(2024, 6, 1))


def test_an_unknown_issuer_is_not_trusted(make: Make) -> None:
    """A self-signed signer, a missing intermediate and another authority lead to no anchor."""
    root = make("root", "root")
    for leaf in (make("leaf", "leaf"), make("leaf", "intermediate"), make("leaf", "stranger")):
        outcome = check_trust(leaf, TrustStore((root,)), AT)
        assert (outcome.status, codes(outcome)) == (INVALID, {TrustReason.ISSUER_UNKNOWN})


def test_the_same_name_with_another_key_is_not_trusted(make: Make) -> None:
    """An authority that only bears the anchor's name, and a certificate whose bytes were changed, are told."""
    root = make("root", "root")
    forged = make("leaf", "root", signer="stranger")
    disagreeing = make("leaf", "root", inner=MacAlgorithm.SHA1)
    for leaf in (forged, disagreeing):
        outcome = check_trust(leaf, TrustStore((root,)), AT)
        assert (outcome.status, codes(outcome)) == (INVALID, {TrustReason.PATH_SIGNATURE_INVALID})


@pytest.mark.parametrize("fault", ["leaf", "intermediate", "root"])
def test_both_bounds_of_validity_are_inside(make: Make, fault: str) -> None:
    """The first and the last second of each certificate are valid, those before and after are not (A-17)."""
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC)
    dates = {"start": start, "end": end}
    issuers = {"leaf": "intermediate", "intermediate": "root", "root": "root"}
    made = {name: make(name, issuer, **(dates if name == fault else {})) for name, issuer in issuers.items()}
    store = TrustStore((made["root"],), (made["intermediate"],))
    second = timedelta(seconds=1)
    expected = {start - second: INVALID, start: VALID, end: VALID, end + second: INVALID}
    assert {at: check_trust(made["leaf"], store, at).status for at in expected} == expected
    assert TrustReason.CERTIFICATE_NOT_YET_VALID in codes(check_trust(made["leaf"], store, start - second))
    assert TrustReason.CERTIFICATE_EXPIRED in codes(check_trust(made["leaf"], store, end + second))
    legacy = check_trust(made["leaf"], store, end + second, LEGACY).status
    assert legacy is (VALID if fault == "root" else INVALID)


def test_times_are_compared_as_moments(make: Make) -> None:
    """An offset moves a local time across the bound of validity, in either direction (A-16), and cannot overflow."""
    end = datetime(2024, 6, 1, 12, tzinfo=UTC)
    leaf, root = make("leaf", "root", end=end), make("root", "root")
    store = TrustStore((root,))
    east, west = timezone(timedelta(hours=2)), timezone(timedelta(hours=-2))
    assert check_trust(leaf, store, datetime(2024, 6, 1, 13, tzinfo=east)).status is VALID
    assert check_trust(leaf, store, datetime(2024, 6, 1, 11, tzinfo=west)).status is INVALID
    for extreme in (datetime.min.replace(tzinfo=east), datetime.max.replace(tzinfo=west)):
        assert check_trust(leaf, store, extreme).status is INVALID


def test_expired_today_is_a_remark(make: Make) -> None:
    """Today counts only when given: a remark, and under the strict policy a failure (A-17)."""
    leaf, root = make("leaf", "root", end=datetime(2024, 12, 31, tzinfo=UTC)), make("root", "root")
    store, later = TrustStore((root,)), datetime(2040, 1, 1, tzinfo=UTC)
    assert TrustReason.EXPIRED_TODAY not in codes(check_trust(leaf, store, AT))
    for policy, status in {STANDARD: VALID, LEGACY: VALID, STRICT: INVALID}.items():
        outcome = check_trust(leaf, store, AT, policy, later)
        assert TrustReason.EXPIRED_TODAY in codes(outcome)
        assert outcome.status is status


@pytest.mark.parametrize(
    ("fault", "reason", "standard", "legacy"),
    [
        ({"extensions": (("basic_constraints", True, {"ca": False}),)}, TrustReason.ISSUER_NOT_CA, INVALID, INVALID),
        ({"extensions": ()}, TrustReason.ISSUER_NOT_CA, INVALID, VALID),
        ({"extensions": (), "version": 1}, TrustReason.ISSUER_NOT_CA, INVALID, VALID),
        (
            {"extensions": (*limited(3), ("key_usage", True, {"digital_signature"}))},
            TrustReason.KEY_USAGE_WITHOUT_CERTIFICATE_SIGNING,
            INVALID,
            VALID,
        ),
        (
            {"extensions": (*AUTHORITY, ("1.2.3.4", True, b"\x05\x00"))},
            TrustReason.CRITICAL_EXTENSION_UNKNOWN,
            INDETERMINATE,
            INDETERMINATE,
        ),
    ],
)
def test_an_issuer_must_be_allowed_to_issue(
    make: Make, fault: dict[str, object], reason: TrustReason, standard: TrustStatus, legacy: TrustStatus
) -> None:
    """Basic constraints, key usage and critical extensions of an intermediate decide, by policy (A-13)."""
    leaf, root = make("leaf", "intermediate"), make("root", "root")
    store = TrustStore((root,), (make("intermediate", "root", **fault),))
    outcome = check_trust(leaf, store, AT)
    assert reason in codes(outcome)
    assert (outcome.status, check_trust(leaf, store, AT, LEGACY).status) == (standard, legacy)
    assert check_trust(leaf, store, AT, STRICT).status is INVALID


def test_a_leaf_given_as_anchor_issues_nothing(make: Make) -> None:
    """Who trusts a signer's certificate does not trust what its key signs; a version 1 root may issue."""
    signer = make("intermediate", "root", extensions=(("basic_constraints", True, {"ca": False}),))
    old_root = make("root", "root", version=1, extensions=())
    assert check_trust(make("leaf", "intermediate"), TrustStore((signer,)), AT).status is INVALID
    silent_root = make("root", "root", extensions=())
    assert check_trust(make("leaf", "root"), TrustStore((old_root,)), AT).status is VALID
    assert check_trust(make("leaf", "root"), TrustStore((silent_root,)), AT).status is INVALID


def test_the_path_length_is_kept(make: Make) -> None:
    """Authorities below one with a path length are counted without self-issued ones (RFC 5280 4.2.1.9)."""
    leaf, lower, middle = make("leaf", "lower"), make("lower", "intermediate"), make("intermediate", "root")
    for length, status in {0: INVALID, 1: INVALID, 2: VALID}.items():
        root = make("root", "root", extensions=limited(length))
        outcome = check_trust(leaf, TrustStore((root,), (lower, middle)), AT)
        assert outcome.status is status
        assert (TrustReason.PATH_LENGTH_EXCEEDED in codes(outcome)) == (status is INVALID)
    rolled = make("root", "root", key="lower", signer="root")
    below = make("leaf", "root", signer="lower")
    anchor = make("root", "root", extensions=limited(0))
    outcome = check_trust(below, TrustStore((anchor,), (rolled,)), AT)
    assert (outcome.status, outcome.path) == (VALID, (below, rolled, anchor))


@pytest.mark.parametrize(
    ("usage", "reason", "expected"),
    [
        ({"digital_signature"}, None, {STANDARD: VALID, STRICT: VALID, LEGACY: VALID}),
        ({"non_repudiation"}, None, {STANDARD: VALID, STRICT: VALID, LEGACY: VALID}),
        (
            {"key_encipherment"},
            TrustReason.KEY_USAGE_WITHOUT_SIGNATURE,
            {STANDARD: INVALID, STRICT: INVALID, LEGACY: VALID},
        ),
        (None, TrustReason.KEY_USAGE_ABSENT, {STANDARD: VALID, STRICT: INVALID, LEGACY: VALID}),
    ],
)
def test_the_key_usage_of_the_signer_counts_by_policy(
    make: Make, usage: set[str] | None, reason: TrustReason | None, expected: dict[TrustPolicy, TrustStatus]
) -> None:
    """A key usage without signature is a failure but for the legacy policy; none at all fails the strict one (A-13)."""
    leaf = make("leaf", "root", extensions=() if usage is None else (("key_usage", True, usage),))
    store = TrustStore((make("root", "root"),))
    outcomes = {policy: check_trust(leaf, store, AT, policy) for policy in TrustPolicy}
    assert {policy: outcome.status for policy, outcome in outcomes.items()} == expected
    assert reason is None or reason in codes(outcomes[STRICT])


@pytest.mark.parametrize("algorithm", MacAlgorithm)
def test_all_six_hashes_are_checked_on_paths(make: Make, algorithm: MacAlgorithm) -> None:
    """Certificates signed over any of the six hashes are checked; the strict policy refuses the three old ones."""
    leaf, root = make("leaf", "root", algorithm=algorithm), make("root", "root", algorithm=MacAlgorithm.MD5)
    forged = make("leaf", "root", algorithm=algorithm, signer="stranger")
    store = TrustStore((root,))
    weak = algorithm in (MacAlgorithm.MD5, MacAlgorithm.SHA1, MacAlgorithm.RIPEMD160)
    assert check_trust(leaf, store, AT).status is VALID
    assert check_trust(forged, store, AT).status is INVALID
    assert check_trust(leaf, store, AT, STRICT).status is (INVALID if weak else VALID)


def issued_by_library(
    issuer: "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey",
    digest: hashes.SHA256 | hashes.SHA224,
    scheme: "padding.PSS | None",
    subject: rsa.RSAPrivateKey,
) -> tuple[Certificate, Certificate]:
    """A signer's certificate and its self-signed issuer."""

    def build(name: str, key: "rsa.RSAPublicKey | ec.EllipticCurvePublicKey", *, authority: bool) -> Certificate:
        built = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")]))
            .public_key(key)
            .serial_number(1)
            .not_valid_before(datetime(2020, 1, 1))
            .not_valid_after(datetime(2049, 1, 1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        extra = {} if scheme is None else {"rsa_padding": scheme}
        return read_certificate(built.sign(issuer, digest, **extra).public_bytes(serialization.Encoding.DER))

    leaf = build("leaf", subject.public_key(), authority=False)
    return leaf, build("authority", issuer.public_key(), authority=True)


PSS = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)


@pytest.mark.parametrize(
    ("curve", "digest", "scheme"),
    [(True, hashes.SHA256(), None), (False, hashes.SHA256(), PSS), (False, hashes.SHA224(), None)],
    ids=["ecdsa", "pss", "sha224"],
)
def test_other_signatures_on_paths_are_checked_by_the_library(
    authority_keys: dict[str, rsa.RSAPrivateKey],
    curve: bool,
    digest: hashes.SHA256 | hashes.SHA224,
    scheme: "padding.PSS | None",
) -> None:
    """Authorities with elliptic curves, PSS or SHA-224 are accepted when their signature holds, and only then."""
    key, other = (
        (ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1()))
        if curve
        else (authority_keys["root"], authority_keys["stranger"])
    )
    leaf, issuer = issued_by_library(key, digest, scheme, authority_keys["leaf"])
    _, stranger = issued_by_library(other, digest, scheme, authority_keys["leaf"])
    assert check_trust(leaf, TrustStore((issuer,)), AT).status is VALID
    assert check_trust(leaf, TrustStore((stranger,)), AT).status is INVALID


def test_a_signature_that_cannot_be_checked_is_indeterminate(make: Make) -> None:
    """An unknown signature algorithm on the path leaves a doubt, not a failure."""
    der = make("leaf", "root").der.replace(bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d01017f"))
    outcome = check_trust(read_certificate(der), TrustStore((make("root", "root"),)), AT)
    assert (outcome.status, codes(outcome)) == (INDETERMINATE, {TrustReason.PATH_ALGORITHM_UNSUPPORTED})


def test_cross_signed_authorities_are_followed(make: Make) -> None:
    """Where two authorities certify one intermediate, the path that holds is found whatever comes first."""
    leaf = make("leaf", "intermediate")
    expired = make("intermediate", "stranger", end=datetime(2021, 1, 1, tzinfo=UTC))
    good = make("intermediate", "root")
    anchors = (make("stranger", "stranger"), make("root", "root"))
    for others in ((expired, good), (good, expired)):
        outcome = check_trust(leaf, TrustStore(anchors, others), AT)
        assert (outcome.status, outcome.path[1]) == (VALID, good)


def test_issuers_in_a_circle_come_to_an_end(make: Make) -> None:
    """Authorities that certify each other in a circle lead to no anchor, in bounded time."""
    circle = tuple(
        make(subject, issuer)
        for subject in ("intermediate", "lower", "stranger")
        for issuer in ("intermediate", "lower", "stranger")
    )
    outcome = check_trust(make("leaf", "lower"), TrustStore((make("root", "root"),), circle), AT)
    assert (outcome.status, codes(outcome)) == (INVALID, {TrustReason.ISSUER_UNKNOWN})


def test_the_search_is_bounded(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound on signature checks or length the answer is open, never valid."""
    leaf, middle, root = make("leaf", "intermediate"), make("intermediate", "root"), make("root", "root")
    for bound in ("MOST_CERTIFICATES", "_MOST_SIGNATURE_CHECKS"):
        with monkeypatch.context() as patch:
            patch.setattr(module, bound, 1)
            outcome = check_trust(leaf, TrustStore((root,), (middle,)), AT)
        assert (outcome.status, codes(outcome)) == (INDETERMINATE, {TrustReason.PATH_SEARCH_EXHAUSTED})


def test_a_message_is_short_whatever_the_names(make: Make) -> None:
    """A certificate may bear a name of a mebibyte; what is said of it stays a line."""
    nobody = make("leaf", "A" * 500_000, signer="stranger")
    (remark,) = check_trust(nobody, TrustStore((make("root", "root"),)), AT).reasons
    assert (remark.reason, len(remark.message)) == (TrustReason.ISSUER_UNKNOWN, 1000)


def test_names_are_compared_without_string_type_and_case(
    make: Make,
) -> None:
    """An issuer named in another case or string type is found; its signature decides (RFC 5280 7.1)."""
    root = make("root", "root")
    spelled = make("leaf", "ROOT", signer="root")
    forged = make("leaf", "Root", signer="stranger")
    assert spelled.issuer_der != root.subject_der
    assert check_trust(spelled, TrustStore((root,)), AT).status is VALID
    assert check_trust(forged, TrustStore((root,)), AT).status is INVALID


def test_a_pair_of_certificates_is_checked_once(make: Make) -> None:
    """Thousands of instances of one signer cost one signature check on each certificate of the path."""
    leaf, root = make("leaf", "root", serial=4711), make("root", "root")
    certificate_signature.cache_clear()
    for _ in range(3):
        check_trust(leaf, TrustStore((root,)), AT)
    assert certificate_signature.cache_info().misses == 1


def test_no_changed_certificate_is_trusted(make_certificate: MakeCertificate) -> None:
    """Any changed byte of a signer's certificate ends its trust, without any other error."""
    store = TrustStore((read_certificate(make_certificate("root", "root", extensions=AUTHORITY)),))
    der = make_certificate("leaf", "root", extensions=SIGNER)
    trusted = []
    for position, change in product(range(len(der)), (0x01, 0x05, 0x20, 0x80)):
        changed = der[:position] + bytes((der[position] ^ change,)) + der[position + 1 :]
        with suppress(CertificateError):
            if check_trust(read_certificate(changed), store, AT).status is VALID:
                trusted.append((position, change))
    assert trusted == []
