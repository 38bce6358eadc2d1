"""The samples of dcmsign are what their index says."""

import io
import subprocess

import pydicom
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from dicomsig.encoding.tags import parse_place
from dicomsig.vectors import pki
from dicomsig.vectors.instances import instances
from dicomsig.vectors.pki import Credential
from dicomsig.vectors.samples import Sample, SampleSignature, dcmtk_folder, samples

SIGNATURES = [(sample, signature) for sample in samples() for signature in sample.signatures]
OBJECT_IDENTIFIERS = {
    "MD5": "06082a864886f70d0205",
    "SHA1": "06052b0e03021a",
    "RIPEMD160": "06052b24030201",
    "SHA256": "0609608648016503040201",
    "SHA384": "0609608648016503040202",
    "SHA512": "0609608648016503040203",
}

every_signature = pytest.mark.parametrize(
    ("sample", "signature"), SIGNATURES, ids=lambda value: value.path.stem if isinstance(value, Sample) else value.place
)


def item_at(sample: Sample, signature: SampleSignature) -> pydicom.Dataset:
    here = pydicom.dcmread(sample.path)
    for tag, index in parse_place(signature.place):
        here = here[tag].value[index]
    return here


@every_signature
def test_signatures_sit_at_their_places(sample: Sample, signature: SampleSignature) -> None:
    """The numbered item of (FFFA,FFFA) points to MAC parameters with the named algorithm and holds the certificate."""
    here = item_at(sample, signature)
    item = here[0xFFFAFFFA][signature.number]
    parameters = {entry.MACIDNumber: entry for entry in here[0x4FFE0001]}
    assert parameters[item.MACIDNumber].MACAlgorithm == signature.mac
    assert bytes(item.CertificateOfSigner).startswith(signature.credential.certificate_der)
    assert ("CertifiedTimestamp" in item) == signature.timestamp


@every_signature
def test_signature_values_hold_a_digest_of_the_named_algorithm(sample: Sample, signature: SampleSignature) -> None:
    """The key in the certificate recovers a DigestInfo; a value longer than the modulus ends in its pad byte."""
    value = bytes(item_at(sample, signature)[0xFFFAFFFA][signature.number][0x04000120].value)
    key = x509.load_der_x509_certificate(signature.credential.certificate_der).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    size = (key.key_size + 7) // 8
    assert value[size:] in (b"", b"\0")
    digest_info = key.recover_data_from_signature(value[:size], padding.PKCS1v15(), None)
    assert digest_info.hex()[8:].startswith(OBJECT_IDENTIFIERS[signature.mac])


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.path.stem)
def test_unsigned_content_is_that_of_the_instance(sample: Sample) -> None:
    """Without signatures the sample holds the values of the unsigned instance that it names."""
    signed = pydicom.dcmread(sample.path)
    for signature in sample.signatures:
        here = signed
        for tag, index in parse_place(signature.place):
            here = here[tag].value[index]
        for tag in (0xFFFAFFFA, 0x4FFE0001):
            here.pop(tag, None)
    recipe = instances()[sample.source]
    assert signed.file_meta.TransferSyntaxUID == recipe.transfer_syntax_uid
    unsigned = pydicom.dcmread(io.BytesIO(recipe.build()))
    assert list(signed) == list(unsigned)


def test_every_committed_sample_is_in_the_index() -> None:
    """The index names each file once, and the demonstration judges the folder."""
    assert sorted(sample.path for sample in samples()) == sorted(dcmtk_folder().glob("*.dcm"))


def test_the_set_is_small_and_wide() -> None:
    """Under 400 KB hold all six algorithms, all profiles, item and main places and a timestamp."""
    assert sum(sample.path.stat().st_size for sample in samples()) < 400_000
    assert {signature.mac for _, signature in SIGNATURES} == set(OBJECT_IDENTIFIERS)
    profiles = {"none", "base", "creator", "authorization", "structured-report", "verified-structured-report"}
    assert {signature.profile for _, signature in SIGNATURES} == profiles
    assert {signature.place.count("[") for _, signature in SIGNATURES} == {0, 1, 2}
    assert any(signature.timestamp for _, signature in SIGNATURES)


def test_what_dcmsign_refuses_is_known() -> None:
    """An unknown authority is refused lawfully; an odd modulus, whose pad byte dcmsign counts as signature, is not."""
    refused = {sample.path.stem: sample.signatures[0].credential for sample in samples() if sample.dcmsign_exit}
    assert refused == {
        "ct-other-authority": Credential.OTHER_AUTHORITY,
        "secondary-capture-odd-modulus": Credential.RSA_1032,
    }


@pytest.mark.dcmtk
@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.path.stem)
def test_dcmsign_answers_as_recorded(sample: Sample) -> None:
    """The recorded exit code is what dcmsign says today."""
    command = ["dcmsign", "--verify", "+rg", "+cf", str(pki.chain_path()), str(sample.path)]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == sample.dcmsign_exit


def test_the_chain_file_is_pem() -> None:
    """The trust anchors that the index names are in the file that dcmsign was given."""
    chain = x509.load_pem_x509_certificates(pki.chain_path().read_bytes())
    assert [made.public_bytes(Encoding.DER) for made in chain] == [
        Credential.ROOT.certificate_der,
        Credential.INTERMEDIATE.certificate_der,
    ]
