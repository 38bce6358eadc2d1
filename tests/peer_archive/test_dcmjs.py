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
    found = [each["found"] for each in ran.document["results"]]
    assert any("(0008,0005) Specific Character Set" in each and "byte 3" in each for each in found)
    assert any("it was private" in each for each in found)
