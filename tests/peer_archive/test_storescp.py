"""storescp of DCMTK as an archive: it keeps every byte, and says what it is told to say."""

import threading
import time

import pytest

from dicomsig.systems.peers.dcmtk import (
    Storescp,
    StorescpBreaksLevels,
    StorescpImplicit,
    StorescpWithLevels,
    StorescpWritesImplicit,
)

UNASKED = "ps3.7-d.3.3.5-no-unrequested-answer"
KEEPS_ALL = "ps3.4-b.4.1.4-signature-level-3-all-elements"
KEEPS_SIGNATURES = "ps3.4-b.4.1.4-signature-level-3-preserves"


def test_every_signature_survives(started, judged, at, reference):
    """With +xa and +B every instance is written as it came, in every transfer syntax."""
    ran = judged(*at(started(Storescp)))
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 30
    assert not_met == 0
    assert ran.findings == reference("dcmtk-3.6.7-storescp").findings


def test_what_is_altered_in_flight_is_noticed_and_nothing_else(started, judged, at):
    """It writes what it gets, altered or not: every altered instance is reported, and it is blamed for none."""
    ran = judged(*at(started(Storescp)), "--tamper", "all")
    assert (ran.code, ran.failed) == (0, set())
    assert len(ran.tampering) == 4
    for said in ran.tampering:
        assert ": 4 altered, noticed by the signature 4, by the archive 0, by nobody 0" in said
        assert "; 4 untouched, of which 0 look altered" in said
    assert ran.preserved[1] == 0


@pytest.mark.parametrize(("kind", "broken"), [(StorescpWithLevels, 0), (StorescpBreaksLevels, 1)])
def test_who_announces_levels_is_held_to_them(kind, broken, started, judged, at, reference):
    """Its answer to extended negotiation is static: it also comes unasked (PS3.7 D.3.3.5).

    It says level 3 for CT and MR (PS3.4 B.4.1.4): with +B it keeps that, without it spaces are trimmed in one of them.
    """
    ran = judged(*at(started(kind)))
    assert ran.code == 1
    assert ran.failed == {UNASKED, *((KEEPS_ALL, KEEPS_SIGNATURES) if broken else ())}
    counts = {each["requirement"]: (each["passed"], each["failed"]) for each in ran.document["requirements"]}
    assert counts[KEEPS_SIGNATURES][0] > 10
    assert counts[KEEPS_SIGNATURES][1] == counts[KEEPS_ALL][1] == broken
    assert ran.preserved[1] == broken
    if broken:
        assert ran.findings == reference("dcmtk-3.6.7-storescp-level-3").findings


@pytest.mark.parametrize("kind", [StorescpImplicit, StorescpWritesImplicit])
def test_implicit_vr_convicts_nobody(kind, started, judged, at, reference):
    """Who takes, or writes, Implicit VR alone may break every signature (PS3.5 A.1), and keeps the values."""
    ran = judged(*at(started(kind)))
    assert (ran.code, ran.failed) == (0, set())
    assert any(each["code"] == "context-refused" for each in ran.document["observations"])
    passed = {each["requirement"]: each["passed"] for each in ran.document["requirements"]}
    assert passed["ps3.4-b.4.1.1-storage-level-1"] > (20 if kind is StorescpWritesImplicit else 0)
    assert sum(ran.preserved) == 0
    if kind is StorescpWritesImplicit:
        assert ran.findings == reference("dcmtk-3.6.7-storescp-implicit").findings


def test_a_peer_that_dies_while_it_stores(started, judged, at):
    """Killed when it has some files, it is judged by those that it had said to have; the rest is inconclusive."""
    peer = started(Storescp)

    def kill():
        until = time.monotonic() + 60
        while len(list(peer.files.iterdir())) < 10 and time.monotonic() < until:
            time.sleep(0.002)
        peer.kill()

    threading.Thread(target=kill, daemon=True).start()
    ran = judged(*at(peer))
    assert (ran.code, ran.failed) == (5, set())
    assert 8 <= ran.preserved[0] < 40
    assert ran.preserved[1] == 0
    assert {"connection-refused", "peer-given-up"} <= {each["code"] for each in ran.document["observations"]}
    assert "the archive keeps" in ran.err


def test_a_peer_that_dies_is_no_hang(started, judged, at, tmp_path):
    """Killed before it is asked, it is not judged."""
    peer = started(Storescp)
    peer.kill()
    ran = judged(*at(peer))
    assert ran.code == 3
