"""Impostors that check the RSA signature wrongly (PS3.15 C.1, RFC 8017 8.2.2, A-01)."""

from collections.abc import Iterator

from dicomsig.crypto.digest_info import DigestInfoForm, digest_info, read_digest_info
from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.crypto.rsa import RsaPublicKey
from dicomsig.encoding.instance import Instance
from dicomsig.impostors.honest import HonestVerifier, OwnMac, with_status
from dicomsig.signatures.macro import Signature
from dicomsig.signatures.verdict import Axis, SignatureReason, Status, Verdict
from dicomsig.signatures.verify import Trust

_FORM = "ps3.15-c.1-digest-info-present"


class _OpensTheBlock(OwnMac):
    """Opens the block with the public key and looks at it by its own rules, besides what is right anyhow."""

    def holds(self, key: RsaPublicKey, value: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """Right, or good enough."""
        if super().holds(key, value, algorithm, digest):
            return True
        number = int.from_bytes(value)
        block = pow(number, key.exponent, key.modulus).to_bytes(key.byte_length)
        return self.good_enough(block, algorithm, digest)

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """Whether a block is taken though it is not the right one."""
        return False


class ComparesTheTail(_OpensTheBlock):
    """Looks only whether the block ends in the digest."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """The end of the block."""
        return block.endswith(digest)


class FindsTheDigestAnywhere(_OpensTheBlock):
    """Looks only whether the digest stands somewhere in the block."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """Anywhere."""
        return digest in block


class ToleratesGarbageAfterTheDigest(_OpensTheBlock):
    """Reads the DigestInfo from its start and never looks what follows it."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """The start of the data."""
        return _data(block).startswith(digest_info(algorithm, digest))


class ToleratesGarbageInTheParameters(_OpensTheBlock):
    """Takes any parameters of the algorithm in the DigestInfo."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """The object identifier and the digest are right, whatever stands between."""
        expected = digest_info(algorithm, digest)
        identifier = expected[4 : 4 + 2 + expected[5]]
        data = _data(block)
        return expected[6 : 6 + identifier[1] - 2] in data and data.endswith(digest)


class ToleratesShortPadding(_OpensTheBlock):
    """Takes fewer than eight bytes of padding."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """Any number of FF."""
        return block.startswith(b"\0\1") and _data(block) == digest_info(algorithm, digest)


class ToleratesOtherPadding(_OpensTheBlock):
    """Takes padding bytes other than FF."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """Whatever precedes the DigestInfo."""
        return block.startswith(b"\0") and block.endswith(digest_info(algorithm, digest))


class ToleratesBareDigests(_OpensTheBlock):
    """Takes a digest without DigestInfo."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """The digest alone."""
        return _data(block) == digest


class ToleratesBerLengths(_OpensTheBlock):
    """Takes lengths in the DigestInfo that DER forbids."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """The same contents, read in BER."""
        expected = tuple(_ber(digest_info(algorithm, digest)))
        return tuple(_ber(_data(block))) == expected


class IgnoresTheObjectIdentifier(_OpensTheBlock):
    """Takes a DigestInfo that names another algorithm than the one that made the digest."""

    convicted_by = _FORM

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """The digest is right, its name does not matter."""
        return read_digest_info(_data(block), algorithm, digest).digest == digest


class TakesPss(_OpensTheBlock):
    """Takes the padding of RSASSA-PSS."""

    convicted_by = "ps3.15-c.1-no-pss"

    def good_enough(self, block: bytes, algorithm: MacAlgorithm, digest: bytes) -> bool:
        """The padding shows."""
        from dicomsig.crypto.signature_block import BlockForm, read_block

        return read_block(block, algorithm, digest).form is BlockForm.PSS


class TrustsTheDigestInfo(OwnMac):
    """Hashes with the algorithm that the DigestInfo names, whatever MAC Algorithm (0400,0015) says."""

    convicted_by = "ps3.15-c.1-mac-term-matches-digest"

    def algorithm(self, signature: Signature, key: RsaPublicKey) -> MacAlgorithm:
        """What stands in the block."""
        named = super().algorithm(signature, key)
        number = int.from_bytes(self.value(signature, key))
        block = pow(number, key.exponent, key.modulus).to_bytes(key.byte_length)
        found = read_digest_info(_data(block), named, b"")
        return found.algorithm if found.form is DigestInfoForm.OTHER_ALGORITHM and found.algorithm else named


class ReducesTheSignature(OwnMac):
    """Takes a signature that is not below the modulus, and reduces it."""

    convicted_by = "ps3.15-c.1-signature-as-long-as-modulus"

    def value(self, signature: Signature, key: RsaPublicKey) -> bytes:
        """Modulo the modulus."""
        value = super().value(signature, key)
        return (int.from_bytes(value) % key.modulus).to_bytes(key.byte_length)


class CutsTheSignature(OwnMac):
    """Takes the first bytes of a signature that is longer than the modulus."""

    convicted_by = "ps3.15-c.1-signature-as-long-as-modulus"

    def value(self, signature: Signature, key: RsaPublicKey) -> bytes:
        """The start."""
        return super().value(signature, key)[: key.byte_length]


class TrimsTheSignature(OwnMac):
    """Trims null bytes from the end of every signature value (A-14, reading 2)."""

    convicted_by = "ps3.15-c.1-signature-as-long-as-modulus"

    def value(self, signature: Signature, key: RsaPublicKey) -> bytes:
        """Without nulls."""
        return signature.signature_value.rstrip(b"\0")


class KeepsThePadByte(OwnMac):
    """Leaves the pad byte of an odd signature value in place (A-14, reading 3)."""

    convicted_by = "ps3.5-6.2-signature-pad-stripped"

    def value(self, signature: Signature, key: RsaPublicKey) -> bytes:
        """The value as it stands."""
        return signature.signature_value


class _LacksAnAlgorithm(HonestVerifier):
    """Knows five of the six MAC algorithms."""

    lacks: MacAlgorithm

    def verdict(self, instance: Instance, signature: Signature, trust: Trust) -> Verdict:
        """It cannot tell where the sixth was used."""
        honest = super().verdict(instance, signature, trust)
        if honest.mac_algorithm == self.lacks:
            return with_status(honest, Axis.INTEGRITY, Status.INDETERMINATE, SignatureReason.ALGORITHM_UNKNOWN)
        return honest


class LacksRipemd160(_LacksAnAlgorithm):
    """Does not know RIPEMD160."""

    convicted_by = "ps3.15-c.1-verifies-ripemd160"
    lacks = MacAlgorithm.RIPEMD160


class LacksMd5(_LacksAnAlgorithm):
    """Refuses MD5."""

    convicted_by = "ps3.15-c.1-verifies-md5"
    lacks = MacAlgorithm.MD5


class LacksSha1(_LacksAnAlgorithm):
    """Refuses SHA1."""

    convicted_by = "ps3.15-c.1-verifies-sha1"
    lacks = MacAlgorithm.SHA1


class LacksSha256(_LacksAnAlgorithm):
    """Does not know SHA256."""

    convicted_by = "ps3.15-c.1-verifies-sha256"
    lacks = MacAlgorithm.SHA256


class LacksSha384(_LacksAnAlgorithm):
    """Does not know SHA384."""

    convicted_by = "ps3.15-c.1-verifies-sha384"
    lacks = MacAlgorithm.SHA384


class LacksSha512(_LacksAnAlgorithm):
    """Does not know SHA512."""

    convicted_by = "ps3.15-c.1-verifies-sha512"
    lacks = MacAlgorithm.SHA512


def _data(block: bytes) -> bytes:
    """What follows the padding, read carelessly."""
    return block[2:].lstrip(b"\xff").removeprefix(b"\0") if block[:2] == b"\0\1" else b""


def _ber(data: bytes) -> Iterator[bytes]:
    """The primitive contents of BER, in order; lengths in any form."""
    at = 0
    while at + 2 <= len(data):
        kind, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count])
            at += count
        contents = data[at : at + length]
        at += length
        if kind & 0x20:
            yield from _ber(contents)
        else:
            yield bytes((kind,)) + contents
