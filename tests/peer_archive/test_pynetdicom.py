"""storescp of pynetdicom as an archive: it writes what it gets."""

from dicomsig.systems.peers.pynetdicom_peer import PynetdicomStorescp


def test_every_signature_survives(started, judged, at):
    """Every instance is written as it came."""
    ran = judged(*at(started(PynetdicomStorescp)))
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 30
    assert not_met == 0
