"""Orthanc as an archive: signatures survive the same transfer syntax, over DIMSE but for superfluous padding."""

import pytest

from dicomsig.systems.peers.orthanc import Orthanc


@pytest.mark.parametrize("way", ["get", "move", "wado"])
def test_every_signature_survives_but_one_over_superfluous_padding(way, started, judged, at):
    """Over the web every byte comes back; by C-GET and C-MOVE spaces beyond the one pad byte are trimmed."""
    peer = started(Orthanc)
    options = ["--dicomweb", peer.dicomweb] if way == "wado" else [*at(peer), "--retrieve", way]
    ran = judged(*options, "--move-port", peer.destination)
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 30
    assert not_met == len(ran.changed) == (way != "wado")
    assert all("padding removed" in said for said in ran.changed.values())
    assert set(ran.changed) <= {"spellings-padded"}
