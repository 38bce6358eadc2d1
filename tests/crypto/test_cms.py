"""A detached CMS signature holds over its content alone, and openssl takes it (RFC 5652 5)."""

import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from dicomsig.conformance.timestamp_token import TimestampForm, read_timestamp
from dicomsig.crypto.asn1 import cms
from dicomsig.crypto.cms import CmsError, load_signing_key, sign_detached, verify_detached
from dicomsig.vectors.pki import Credential, chain_path, trust_path

AT = datetime(2024, 6, 30, 12, tzinfo=UTC)
CONTENT = b'{"files":[]}\n'
SIGNERS = [Credential.RSA_2048, Credential.BELOW_INTERMEDIATE, Credential.ELLIPTIC_CURVE]


def signed(credential, content=CONTENT):
    """A signature by a credential, with the intermediate beside its certificate."""
    chain = [credential.certificate_der, Credential.INTERMEDIATE.certificate_der]
    return sign_detached(content, load_signing_key(credential.key_pem), chain, AT)


@pytest.mark.parametrize("credential", SIGNERS)
def test_a_signature_names_its_signer(credential):
    """What was signed verifies, with the certificate, those beside it and the claimed time."""
    signer = verify_detached(signed(credential), CONTENT)
    assert signer.certificate.der == credential.certificate_der
    assert [each.der for each in signer.others] == [Credential.INTERMEDIATE.certificate_der]
    assert signer.signed_at == AT


def test_an_rsa_signature_is_always_the_same():
    """Equal input gives equal bytes, so that a signed bundle can be made again."""
    assert signed(Credential.RSA_2048) == signed(Credential.RSA_2048)


@pytest.mark.parametrize("credential", SIGNERS[1:])
def test_other_content_is_refused(credential):
    """One bit of the content is enough."""
    with pytest.raises(CmsError, match="over other content"):
        verify_detached(signed(credential), CONTENT.replace(b"f", b"g"))


@pytest.mark.slow
def test_each_changed_byte_of_a_signature_is_refused():
    """No byte of it can be another: certificates beside it are the only part that the signature leaves open."""
    whole = signed(Credential.RSA_2048)
    beside = whole.index(Credential.INTERMEDIATE.certificate_der)
    free = range(beside, beside + len(Credential.INTERMEDIATE.certificate_der))
    own = whole.index(Credential.RSA_2048.certificate_der)
    open_parts = {*free, *range(own, own + len(Credential.RSA_2048.certificate_der))}
    for place in range(len(whole)):
        if place in open_parts:
            continue
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(CmsError):
            verify_detached(bytes(changed), CONTENT)


@pytest.mark.parametrize("wrong", [b"", b"\x30\x00", b"\x30\x84\xff\xff\xff\xff", b"0" * 2_000_000, b"\x24\x80" * 5000])
def test_what_is_no_signature_is_refused(wrong):
    """Garbage, empty and deeply nested input gives the one error."""
    with pytest.raises(CmsError):
        verify_detached(wrong, CONTENT)


def test_what_lies_unsigned_in_a_signature_is_refused():
    """Unsigned attributes, a second signer and content of its own are no part of a signature of ours."""
    extra = {"unsigned_attrs": cms.CMSAttributes([{"type": "content_type", "values": ["data"]}])}
    for change in ("unsigned", "second signer", "content", "certificate version"):
        info = cms.ContentInfo.load(signed(Credential.RSA_2048))
        data = info["content"]
        if change == "unsigned":
            data["signer_infos"][0]["unsigned_attrs"] = extra["unsigned_attrs"]
        elif change == "second signer":
            data["signer_infos"].append(data["signer_infos"][0].copy())
        elif change == "certificate version":
            data["certificates"][0].chosen["tbs_certificate"]["version"] = 20
        else:
            data["encap_content_info"] = {"content_type": "data", "content": CONTENT}
        with pytest.raises(CmsError):
            verify_detached(info.dump(force=True), CONTENT)


def test_a_certificate_of_another_key_signs_nothing():
    """Key and certificate have to belong together, and an RSA key is not short."""
    key = load_signing_key(Credential.RSA_2048.key_pem)
    with pytest.raises(CmsError, match="not over the private key"):
        sign_detached(CONTENT, key, [Credential.RSA_3072.certificate_der], AT)
    with pytest.raises(CmsError, match="too short"):
        load_signing_key(Credential.RSA_1024.key_pem)
    with pytest.raises(CmsError, match="no private key"):
        load_signing_key(Credential.RSA_2048.certificate_pem)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
@pytest.mark.parametrize("credential", SIGNERS)
def test_openssl_takes_the_signature(credential, tmp_path):
    """`openssl cms -verify` accepts the signature over the content, and refuses it over another."""
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "other").write_bytes(CONTENT + b" ")
    (tmp_path / "signature").write_bytes(signed(credential))
    trust = chain_path() if credential is Credential.BELOW_INTERMEDIATE else trust_path()
    for name, code in (("content", 0), ("other", 4)):
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "signature", "-content",
                   tmp_path / name, "-CAfile", trust, "-purpose", "any", "-attime", "1719748800"]  # fmt: skip
        ended = subprocess.run(command, capture_output=True, timeout=60, check=False)
        assert ended.returncode == code, ended.stderr.decode()


def test_timestamps_are_known_after_a_signature():
    """What CMS was used for first in a process does not take timestamps from it."""
    program = (
        "from datetime import UTC, datetime\n"
        "from dicomsig.crypto.cms import load_signing_key, sign_detached\n"
        "from dicomsig.vectors.pki import Credential\n"
        "key = load_signing_key(Credential.RSA_2048.key_pem)\n"
        "sign_detached(b'', key, [Credential.RSA_2048.certificate_der], datetime(2024, 6, 30, tzinfo=UTC))\n"
        "from dicomsig.crypto.asn1 import cms\n"
        "print(cms.ContentType('tst_info').dotted)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "1.2.840.113549.1.9.16.1.4"


LONG = b"\xff" * 100_000 + b"\x7f"
"""One number in the base of 128, of 100 000 digits."""


@pytest.mark.parametrize("number", [b"\x06\x83\x01\x86\xa2\x2a" + LONG, b"\x3f" + LONG + b"\x00"])
def test_numbers_without_end_cost_no_time(number):
    """An object identifier or a tag number of 100 KB is refused at once, in a signature and in a timestamp."""
    damaged = b"\x30\x83" + len(number).to_bytes(3) + number
    start = time.process_time()
    with pytest.raises(CmsError, match="thousands of bytes"):
        verify_detached(damaged, CONTENT)
    assert read_timestamp(damaged).form is TimestampForm.UNREADABLE
    assert time.process_time() - start < 1
