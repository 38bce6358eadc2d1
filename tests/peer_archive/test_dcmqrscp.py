"""dcmqrscp of DCMTK as an archive: what it takes comes back by C-GET and C-MOVE as it was."""

import pytest

from dicomsig.systems.peers.dcmtk import Dcmqrscp


@pytest.mark.parametrize("way", ["get", "move"])
def test_every_signature_survives(way, started, judged, at):
    """In the transfer syntaxes that it takes, every signature comes back valid."""
    peer = started(Dcmqrscp)
    ran = judged(*at(peer), "--retrieve", way, "--move-port", peer.destination)
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 20
    assert not_met == 0
