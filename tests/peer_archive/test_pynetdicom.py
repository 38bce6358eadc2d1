"""The programs of pynetdicom as archives: each keeps what it gets, although one decodes it and encodes it anew."""

import pytest

from dicomsig.systems.peers.pynetdicom_peer import PynetdicomQrscp, PynetdicomStorescp


def test_storescp_keeps_every_signature(started, judged, at, reference):
    """Every instance is written as it came."""
    ran = judged(*at(started(PynetdicomStorescp)))
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 30
    assert not_met == 0
    assert ran.findings == reference("pynetdicom-3.0.4-storescp").findings


@pytest.mark.parametrize("way", ["get", "move"])
def test_qrscp_keeps_every_signature(way, started, judged, at, reference):
    """Every instance is read into a data set and written again, twice, and no byte of a value changes."""
    peer = started(PynetdicomQrscp)
    ran = judged(*at(peer), "--retrieve", way, "--move-port", peer.destination)
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 30
    assert not_met == 0
    assert way != "get" or ran.findings == reference("pynetdicom-3.0.4-qrscp").findings
