"""storescp of DCMTK as an archive: it keeps every byte, and says what it is told to say."""

from dicomsig.systems.peers.dcmtk import Storescp, StorescpImplicit, StorescpWithLevels


def test_every_signature_survives(started, judged, at):
    """With +xa and +B every instance is written as it came, in every transfer syntax."""
    ran = judged(*at(started(Storescp)))
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 30
    assert not_met == 0


def test_levels_that_nobody_asked_for_are_a_fail(started, judged, at):
    """Its answer to extended negotiation is static: it also comes unasked (PS3.7 D.3.3.5)."""
    ran = judged(*at(started(StorescpWithLevels)))
    assert ran.code == 1
    assert ran.failed == {"ps3.7-d.3.3.5-no-unrequested-answer"}
    assert ran.preserved[1] == 0


def test_implicit_vr_alone_convicts_nobody(started, judged, at):
    """Who takes Implicit VR alone takes few of the instances; what it takes it keeps."""
    ran = judged(*at(started(StorescpImplicit)))
    assert (ran.code, ran.failed) == (0, set())
    assert any(each["code"] == "context-refused" for each in ran.document["observations"])


def test_a_peer_that_dies_is_no_hang(started, judged, at, tmp_path):
    """Killed before it is asked, it is not judged."""
    peer = started(Storescp)
    peer.kill()
    ran = judged(*at(peer))
    assert ran.code == 3
