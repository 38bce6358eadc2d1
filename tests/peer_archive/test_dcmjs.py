"""dcmjs-dimse as an archive: it writes every data set anew and says Success, so that most signatures break."""

import pytest

from dicomsig.systems.peers.dcmjs import DcmjsDimse


@pytest.fixture(scope="module")
def claims(tmp_path_factory):
    file = tmp_path_factory.mktemp("claims") / "claims.toml"
    file.write_text('[product]\nname = "dcmjs-dimse"\n[claims]\nprofiles = ["bit-preserving"]\n', encoding="utf-8")
    return file


def test_it_is_convicted_and_the_elements_are_named(started, judged, at, claims):
    """Values, VRs and private elements change under the signatures; each finding names the element and the byte."""
    ran = judged(*at(started(DcmjsDimse)), "--claims", claims)
    assert ran.code == 1
    assert {
        "ps3.15-a.3-values-bit-identical",
        "ps3.15-a.3-elements-kept",
        "ps3.15-a.3-signatures-verify-after-round-trip",
        "ps3.4-b.4.1.3-coercion-answered-with-warning",
    } <= ran.failed
    met, not_met = ran.preserved
    assert not_met > met
    named = " ".join(each["found"] for each in ran.document["results"])
    for broken in (
        "(0008,0005) Specific Character Set: another character set is named (10 bytes), byte 324",
        "(0040,A160) Text Value: value changed",
        "(0072,0064) Selector IS Value: the same number, spelled otherwise",
        "(0072,0075) Selector OL Value: VR became UN",
        "(7FE0,0010) Pixel Data: the same bytes, divided into other fragments",
        "(0099,1001): dropped, it was private",
        "/00400275[0]/ Request Attributes Sequence: item dropped",
    ):
        assert broken in named


def test_without_a_claim_it_fails_for_what_every_archive_has_to_do(started, judged, at, reference):
    """Changed values answered with Success, and instances that cannot be read, as its reference report has it."""
    ran = judged(*at(started(DcmjsDimse)))
    assert ran.code == 1
    assert ran.failed == {"ps3.4-b.4.1.1-storage-level-1", "ps3.4-b.4.1.3-coercion-answered-with-warning"}
    assert ran.findings == reference("dcmjs-dimse-0.3.3").findings
