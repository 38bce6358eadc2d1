"""dcmqrscp of DCMTK as an archive: what it takes comes back as it was, but for superfluous padding."""

import pytest

from dicomsig.systems.dimse_archive import Getting
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


def test_a_peer_that_dies_while_it_gives_back(started, judged, at, monkeypatch):
    """Killed after it gave some back, with all its processes: those are judged, the rest is inconclusive."""
    peer = started(Dcmqrscp)
    asked = []
    retrieve = Getting.retrieve

    def counted(getting, outgoing):
        asked.append(outgoing)
        if len(asked) == 10:
            peer.kill()
        return retrieve(getting, outgoing)

    monkeypatch.setattr(Getting, "retrieve", counted)
    ran = judged(*at(peer))
    assert (ran.code, ran.failed) == (5, set())
    assert 5 <= sum(ran.preserved) < 10
    assert {"connection-refused", "peer-given-up"} <= {each["code"] for each in ran.document["observations"]}
    assert "the archive keeps" in ran.err


def test_what_is_altered_in_flight_is_noticed_and_nothing_else(started, judged, at):
    """Of what it takes, which JPEG 2000 is not of, every altered instance is reported, and no other."""
    ran = judged(*at(started(Dcmqrscp)), "--tamper", "all")
    assert len(ran.tampering) == 4
    for said in ran.tampering:
        assert ": 3 altered, noticed by the signature 3, by the archive 0, by nobody 0" in said
        assert "; 3 untouched, of which 0 look altered" in said
    assert not [each for each in ran.document["results"] if "in-flight" in each["case"]]
