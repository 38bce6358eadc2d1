"""Keys of every size and certificates of every lawful kind; trust is another matter than integrity (PS3.15 C.1)."""

from dataclasses import replace
from functools import partial
from typing import Final

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.signatures import attributes
from dicomsig.signatures.verdict import Status
from dicomsig.vectors.corpus.content import MACRO, STREAM
from dicomsig.vectors.edits import Edits, at, revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.nodes import data_set
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.structures import raw_data_set
from dicomsig.vectors.vector import ANY, NOT_VALID, Anchors, Expected, Flag, Outcome
from dicomsig.vectors.writing import ALL, DEFAULT, Signed, positive, vector

_FREE: Final = (Expected(trust=ANY),)
_UNTRUSTED: Final = (Expected(trust=NOT_VALID),)
_SEPARATE: Final = "ps3.15-c.1-trust-separate-from-integrity"
_SIZE: Final = "ps3.15-c.1-key-size-free"
_MODULUS: Final = "ps3.15-c.1-signature-as-long-as-modulus"
_VERSIONS: Final = "ps3.15-c.1-certificate-versions-read"
_PAD: Final = "ps3.5-6.2-certificate-pad-stripped"
_ITEM: Final = "/fffafffa[0]/"

_KEYS: tuple[tuple[Credential, str, tuple[str, ...], tuple[Flag, ...]], ...] = (
    (Credential.RSA_1024, "A key of 1024 bits", (_SIZE,), (Flag.WEAK_CERTIFICATE,)),
    (
        Credential.RSA_1032,
        "A modulus of 129 bytes: the signature value has a pad byte",
        (_MODULUS, "ps3.5-6.2-signature-pad-stripped"),
        (Flag.WEAK_CERTIFICATE,),
    ),
    (Credential.RSA_2048, "A key of 2048 bits", (_SIZE, _MODULUS, _SEPARATE), ()),
    (Credential.RSA_3072, "A key of 3072 bits", (_SIZE,), ()),
    (Credential.RSA_4096, "A key of 4096 bits", (_SIZE,), ()),
    (Credential.EXPONENT_3, "A key with the public exponent 3", (_SIZE,), ()),
    (Credential.ODD_LENGTH, "A certificate of odd length, with its pad byte", (_PAD,), ()),
    (Credential.EVEN_LENGTH, "A certificate of even length", (_PAD,), ()),
)


def _small(credential: Credential) -> Forgery:
    """A small instance under a key."""
    return Forgery(data_set(raw_data_set("keys")), credential=credential)


def _signed(credential: Credential, algorithm: MacAlgorithm) -> Forgery:
    return replace(_small(credential), algorithm=algorithm)


for _credential, _title, _requirements, _flags in _KEYS:
    positive(
        f"key-{_credential}",
        _requirements,
        expected=_FREE if _flags else (Expected(),),
        algorithms=ALL,
        title=_title,
        family="keys",
        flags=_flags,
    )(partial(_signed, _credential))

_OTHERS: tuple[tuple[str, Credential, Anchors, str, tuple[Expected, ...], tuple[str, ...]], ...] = (
    (
        "self-signed",
        Credential.SELF_SIGNED,
        Anchors.ROOT,
        "The certificate is self-signed, and nobody trusts it; the data are intact",
        _UNTRUSTED,
        (_SEPARATE,),
    ),
    (
        "other-authority",
        Credential.OTHER_AUTHORITY,
        Anchors.ROOT,
        "The certificate names the usual subject and was issued by an authority that is not trusted",
        _UNTRUSTED,
        (_SEPARATE,),
    ),
    (
        "other-authority-trusted",
        Credential.OTHER_AUTHORITY,
        Anchors.OTHER,
        "The certificate was issued by the other authority, and it is that one which is trusted",
        (Expected(),),
        (_SEPARATE,),
    ),
    (
        "usual-authority-not-trusted",
        Credential.RSA_2048,
        Anchors.OTHER,
        "The certificate was issued by the usual authority, and it is another one which is trusted",
        _UNTRUSTED,
        (_SEPARATE,),
    ),
    (
        "intermediate-known",
        Credential.BELOW_INTERMEDIATE,
        Anchors.CHAIN,
        "The certificate was issued under an intermediate authority that the verifier knows",
        (Expected(),),
        (MACRO + "certificate-one-value",),
    ),
    (
        "intermediate-unknown",
        Credential.BELOW_INTERMEDIATE,
        Anchors.ROOT,
        "The certificate was issued under an intermediate authority that the verifier does not know",
        _UNTRUSTED,
        (MACRO + "certificate-one-value",),
    ),
    (
        "expired-at-signing",
        Credential.EXPIRED,
        Anchors.ROOT,
        "The certificate had expired at the signing time",
        _UNTRUSTED,
        ("ps3.15-c.1-validity-moment", MACRO + "signature-datetime-uncertified"),
    ),
    (
        "not-yet-valid-at-signing",
        Credential.NOT_YET_VALID,
        Anchors.ROOT,
        "The certificate was not valid yet at the signing time",
        _UNTRUSTED,
        ("ps3.15-c.1-validity-moment", MACRO + "signature-datetime-uncertified"),
    ),
    (
        "version-1",
        Credential.VERSION_1,
        Anchors.ROOT,
        "The certificate is of version 1, without extensions; integrity does not depend on it",
        _FREE,
        (_VERSIONS,),
    ),
    (
        "md5-signed",
        Credential.MD5_SIGNED,
        Anchors.ROOT,
        "The issuer signed the certificate with MD5; integrity does not depend on it",
        _FREE,
        (_SEPARATE,),
    ),
    (
        "sha1-signed",
        Credential.SHA1_SIGNED,
        Anchors.ROOT,
        "The issuer signed the certificate with SHA-1; integrity does not depend on it",
        _FREE,
        (_SEPARATE,),
    ),
    (
        "no-digital-signature-usage",
        Credential.NO_DIGITAL_SIGNATURE,
        Anchors.ROOT,
        "The key usage of the certificate is key encipherment alone; path rules are a local matter",
        _FREE,
        (_SEPARATE,),
    ),
)

for _name, _credential, _anchors, _title, _expected, _requirements in _OTHERS:
    vector(
        f"certificate-{_name}",
        f"key-{Credential.RSA_2048}",
        Outcome.ACCEPTABLE if _expected[0].trust != Expected().trust else Outcome.VALID,
        requirements=_requirements,
        expected=_expected,
        ambiguity="A-17" if "signing" in _name else ("A-13" if _expected[0].trust != Expected().trust else ""),
        anchors=_anchors,
        algorithms=DEFAULT,
        title=_title,
        family="keys",
    )(lambda twin, credential=_credential: twin.forged(credential=credential))  # type: ignore[misc]


@vector(
    "certificate-renewed",
    "creator-ct",
    Outcome.VALID,
    requirements=[STREAM + "certificate-substitution", STREAM + "certificate-not-hashed"],
    algorithms=DEFAULT,
)
def certificate_renewed(twin: Signed) -> bytes:
    """Another certificate over the same key and subject took the place of the signer's; it is not hashed (A-12)."""
    return twin.edited(at(_ITEM, revalued(attributes.CERTIFICATE, Credential.RENEWED.certificate_der)))


_TIMES: tuple[tuple[str, str, bool], ...] = (
    ("half-hour-offset", "20240615120000+0530", True),
    ("start-with-offset-inside", "20191231233000-0100", True),
    ("start-with-offset-outside", "20200101003000+0100", False),
    ("end-with-offset-inside", "20500101003000+0100", True),
    ("end-with-offset-outside", "20491231233000-0100", False),
    ("negative-half-hour-offset", "20240615120000-0330", True),
    ("fraction-of-a-second", "20240615120000.123456+0200", True),
    ("largest-offset", "20240615120000+1400", True),
)


def _timed(time: str) -> Edits:
    return (revalued(attributes.SIGNATURE_DATETIME, time.encode()),)


for _name, _time, _inside in _TIMES:
    if _inside:
        positive(
            f"signing-time-{_name}",
            (MACRO + "signature-datetime-offset-respected",),
            title=f"The signing time {_time} lies within the validity of the certificate",
            family="keys",
        )(lambda _, time=_time: replace(_small(Credential.RSA_2048), item=_timed(time)))  # type: ignore[misc]
    else:
        vector(
            f"signing-time-{_name}",
            "signing-time-half-hour-offset",
            Outcome.ACCEPTABLE,
            requirements=(MACRO + "signature-datetime-offset-respected",),
            integrity=(Status.VALID,),
            structure=(Status.VALID,),
            trust=ANY,
            ambiguity="A-17",
            title=f"The signing time {_time} lies outside the validity of the certificate; the data are intact",
            family="keys",
        )(lambda twin, time=_time: twin.forged(item=_timed(time)))  # type: ignore[misc]


@vector(
    "signing-time-first-second",
    "signing-time-half-hour-offset",
    Outcome.ACCEPTABLE,
    requirements=["ps3.15-c.1-validity-moment"],
    integrity=(Status.VALID,),
    structure=(Status.VALID,),
    trust=ANY,
    ambiguity="A-17",
)
def signing_time_first_second(twin: Signed) -> bytes:
    """The signing time is the first second of the validity of the certificate; the data are intact."""
    return twin.forged(item=_timed("20200101000000+0000"))


@vector(
    "valid-then-expired-now",
    "key-rsa-2048",
    Outcome.ACCEPTABLE,
    requirements=["ps3.15-c.1-validity-moment"],
    expected=[Expected(trust=ANY)],
    ambiguity="A-17",
    at="2051-01-01T00:00:00+00:00",
)
def valid_then_expired_now(twin: Signed) -> bytes:
    """The certificate was valid at the signing time and has expired at the moment asked about."""
    return twin.data


@vector(
    "elliptic-curve-certificate",
    "key-rsa-2048",
    Outcome.INDETERMINATE,
    "key-not-rsa",
    [MACRO + "certificate-new-algorithms", "ps3.15-c.1-other-key-types-out-of-profile"],
)
def elliptic_curve_certificate(twin: Signed) -> bytes:
    """The certificate holds an elliptic curve key, which no profile of today knows."""
    return twin.forged(certificate=Credential.ELLIPTIC_CURVE.certificate_der)


@vector(
    "signing-time-without-offset",
    "key-rsa-2048",
    Outcome.ACCEPTABLE,
    "signature-datetime-without-offset",
    [MACRO + "signature-datetime-offset-missing"],
    integrity=(Status.VALID,),
    structure=(Status.INVALID,),
    ambiguity="A-16",
    algorithms=DEFAULT,
)
def signing_time_without_offset(twin: Signed) -> bytes:
    """Digital Signature DateTime (0400,0105) does not state its offset from UTC; the MAC is right."""
    return twin.forged(item=(revalued(attributes.SIGNATURE_DATETIME, b"20240615120000"),))
