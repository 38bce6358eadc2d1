"""dcmqrscp of DCMTK as an archive: what it takes comes back as it was, but for superfluous padding."""

import pytest

from dicomsig.systems.peers.dcmtk import Dcmqrscp


@pytest.mark.parametrize("way", ["get", "move"])
def test_every_signature_survives_but_one_over_superfluous_padding(way, started, judged, at):
    """In the transfer syntaxes that it takes signatures come back valid; spaces beyond the one pad byte are trimmed.

    What is stored over two associations at one time is lost now and then, with Success, and then that is a fail.
    """
    peer = started(Dcmqrscp)
    ran = judged(*at(peer), "--retrieve", way, "--move-port", peer.destination)
    apart = [each["case"] for each in ran.document["results"] if "/ct.sha256.base.study-" not in each["case"]]
    assert apart == []
    lost = {each["case"] for each in ran.document["results"]}
    met, not_met = ran.preserved
    assert met > 20
    assert 1 <= not_met <= 1 + len(lost)
    assert ran.changed.keys() - {"ct" for _ in lost} == {"spellings-padded"}
    assert "padding removed" in ran.changed["spellings-padded"]
