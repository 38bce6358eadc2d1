"""Values of Signature and certificates that do not belong together or are of another kind (PS3.15 C.1, A-01, A-13)."""

from dataclasses import replace
from functools import partial

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.signatures import attributes
from dicomsig.vectors import seals
from dicomsig.vectors.edits import put, revalued
from dicomsig.vectors.forge import Forgery
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.seals import Padded
from dicomsig.vectors.values import element, tag_of
from dicomsig.vectors.wrong_signers.recipe import WrongSigner, add, wrong
from dicomsig.vectors.wrong_signers.twins import ct, exponent_3, sha_1

_KEY = "ps3.3-c.12.1.1.3-signature-made-with-certified-key"
_PADDING = "ps3.15-c.1-pkcs1-padding"

_BLOCKS = {
    "digest-info-bare": Padded(data=seals.bare),
    "digest-info-without-null": Padded(data=seals.without_null),
    "digest-info-in-ber": Padded(data=seals.basic_encoding_length),
    "digest-info-followed-by-garbage": Padded(data=seals.with_garbage),
    "padding-short": Padded(block=seals.short_padding),
    "padding-damaged": Padded(block=seals.damaged_padding),
    "padding-for-encryption": Padded(block=seals.encryption_block),
    "padding-absent": Padded(block=seals.unpadded),
    "padding-probabilistic": seals.Probabilistic(),
}

for _name, _seal in _BLOCKS.items():
    _title = f"The RSA block is wrong: {_name.replace('-', ' ')}"
    add(WrongSigner(_name, _title, _PADDING, ct, partial(replace, seal=_seal)))


@wrong(_PADDING, exponent_3)
def forged_with_a_cube_root(twin: Forgery) -> Forgery:
    """The signature is a cube root that needed no private key."""
    return replace(twin, seal=seals.LowExponentForgery())


@wrong(_KEY, ct)
def signed_by_another_key(twin: Forgery) -> Forgery:
    """The private key is not that of the certificate."""
    return replace(twin, key=Credential.EVEN_LENGTH)


@wrong(_KEY, ct)
def signature_of_zeroes(twin: Forgery) -> Forgery:
    """The signature is the number 0."""
    return replace(twin, seal=Padded(value=seals.zero))


@wrong(_KEY, ct)
def signature_of_modulus_minus_one(twin: Forgery) -> Forgery:
    """The signature is the modulus minus one."""
    return replace(twin, seal=Padded(value=seals.modulus_minus_one))


@wrong(_KEY, ct)
def signature_out_of_range(twin: Forgery) -> Forgery:
    """The signature is the modulus itself."""
    return replace(twin, seal=Padded(value=seals.modulus_itself))


@wrong(_KEY, ct)
def signature_truncated(twin: Forgery) -> Forgery:
    """The signature lacks its last two bytes."""
    return replace(twin, seal=Padded(value=seals.truncated))


@wrong(_KEY, ct)
def signature_extended(twin: Forgery) -> Forgery:
    """Two zero bytes follow the signature."""
    return replace(twin, seal=Padded(value=seals.extended))


@wrong("ps3.3-c.12.1.1.3.1.2-mac-into-signature", ct)
def content_altered_after_signing(twin: Forgery) -> Forgery:
    """The last byte of Pixel Data (7FE0,0010) differs by one bit from what was signed."""
    flipped = revalued(tag_of("PixelData"), lambda value: value[:-1] + bytes((value[-1] ^ 1,)))
    return replace(twin, afterwards=(flipped,))


@wrong("ps3.15-c.1-rsa-private-key", ct)
def certificate_of_an_elliptic_curve(twin: Forgery) -> Forgery:
    """The certificate holds an elliptic curve key."""
    return replace(twin, certificate=Credential.ELLIPTIC_CURVE.certificate_der)


@wrong("ps3.15-c.1-certificate-x509", ct)
def certificate_as_pem(twin: Forgery) -> Forgery:
    """Certificate of Signer (0400,0115) is PEM text."""
    return replace(twin, certificate=twin.credential.certificate_pem)


@wrong("ps3.15-c.1-certificate-x509", ct)
def certificate_of_garbage(twin: Forgery) -> Forgery:
    """Certificate of Signer (0400,0115) holds bytes that mean nothing."""
    return replace(twin, certificate=b"\x5a" * 64)


@wrong("ps3.3-c.12.1.1.3-certificate-one-value", ct)
def certificate_chain(twin: Forgery) -> Forgery:
    """Certificate of Signer (0400,0115) holds the certificate and its issuer's."""
    leaf, root = twin.credential.certificate_der, Credential.ROOT.certificate_der
    return replace(twin, certificate=leaf + root)


@wrong("ps3.15-c.1-certificate-type", ct)
def certificate_type_unknown(twin: Forgery) -> Forgery:
    """Certificate Type (0400,0110) is no defined term."""
    return replace(twin, item=(revalued(attributes.CERTIFICATE_TYPE, b"X509_2005_SIG"),))


@wrong("ps3.15-c.1-mac-algorithm", ct)
def mac_algorithm_unknown(twin: Forgery) -> Forgery:
    """MAC Algorithm (0400,0015) is no defined term."""
    return replace(twin, parameters=(put(element("MACAlgorithm", "SHA224")),))


@wrong("ps3.15-c.1-mac-algorithm", ct)
def digest_by_another_algorithm(twin: Forgery) -> Forgery:
    """MAC Algorithm (0400,0015) says SHA-512, and the digest is one of SHA-256."""
    return replace(twin, parameters=(put(element("MACAlgorithm", "SHA512")),))


@wrong("ps3.15-c.1-md5-discouraged", ct)
def mac_by_md5(twin: Forgery) -> Forgery:
    """The MAC was made with MD5, which is allowed and advised against."""
    return replace(twin, algorithm=MacAlgorithm.MD5)


@wrong("ps3.15-c.1-mac-algorithm-three", sha_1, edition="2008")
def mac_algorithm_too_new(twin: Forgery) -> Forgery:
    """SHA-256 was used when the standard knew three older algorithms."""
    return replace(twin, algorithm=MacAlgorithm.SHA256)
