"""Orthanc as an archive, over DIMSE and over the web: every signature survives the same transfer syntax."""

import pytest

from dicomsig.systems.peers.orthanc import Orthanc


@pytest.mark.parametrize("way", ["get", "move", "wado"])
def test_every_signature_survives(way, started, judged, at):
    """By C-GET, by C-MOVE, and by WADO-RS with any transfer syntax."""
    peer = started(Orthanc)
    options = ["--dicomweb", peer.dicomweb] if way == "wado" else [*at(peer), "--retrieve", way]
    ran = judged(*options, "--move-port", peer.destination)
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 30
    assert not_met == 0
