"""Orthanc as an archive: signatures survive the same transfer syntax, over DIMSE but for superfluous padding."""

import json
import urllib.request

import pytest

from dicomsig.systems.dicomweb.server import WebServer
from dicomsig.systems.embedded_archive import HonestArchive
from dicomsig.systems.peers.orthanc import Orthanc
from dicomsig.systems.peers.storage_peer import PeerNotStartedError
from dicomsig.vectors.samples import dcmtk_folder


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    """One Orthanc for all tests, since it takes three seconds to end; the UIDs of each run are new."""
    orthanc = Orthanc(tmp_path_factory.mktemp("orthanc"))
    try:
        orthanc.start()
        yield orthanc
    except PeerNotStartedError as error:
        pytest.fail(str(error))
    finally:
        orthanc.stop()


@pytest.mark.parametrize("way", ["get", "move", "wado"])
def test_every_signature_survives_but_one_over_superfluous_padding(way, peer, judged, at, reference):
    """Over the web every byte comes back; by C-GET and C-MOVE spaces beyond the one pad byte are trimmed."""
    options = ["--dicomweb", peer.dicomweb] if way == "wado" else [*at(peer), "--retrieve", way]
    asked = ["--commitment"] if way == "get" else []
    ran = judged(*options, *asked, "--move-port", peer.destination)
    noted = {each["code"] for each in ran.document["observations"] if "commitment" in each["code"]}
    assert noted == ({"storage-commitment-tells-the-absent"} if asked else set())  # nothing is held against it
    assert (ran.code, ran.failed) == (0, set())
    met, not_met = ran.preserved
    assert met > 30
    assert not_met == len(ran.changed) == (way != "wado")
    assert all("padding removed" in said for said in ran.changed.values())
    assert set(ran.changed) <= {"spellings-padded"}
    report = {"get": "c-get", "move": "c-move", "wado": "dicomweb"}[way]
    assert ran.findings == reference(f"orthanc-1.10.1-{report}").findings


@pytest.mark.parametrize("way", ["get", "wado"])
def test_what_is_altered_in_flight_or_in_its_store_is_noticed_and_nothing_else(way, peer, judged, at):
    """It gives back what it received or what lies there, claims to check nothing, and the signatures show it all."""
    options = ["--dicomweb", peer.dicomweb] if way == "wado" else at(peer)
    ran = judged(*options, "--tamper", "all", "--at-rest", peer.url)
    assert (ran.code, ran.failed) == (0, set())
    assert len(ran.tampering) == 4 + 6
    for said in ran.tampering:
        assert ": 4 altered, noticed by the signature 4, by the archive 0, by nobody 0" in said
        assert "; 4 untouched, of which 0 look altered" in said
        assert "not altered" not in said


def test_what_it_sends_by_stow_in_chunks_is_taken(peer):
    """As a sender it knows no length beforehand; every byte of the data set arrives at our web server."""
    sample = (dcmtk_folder() / "ct-creator-sha256.dcm").read_bytes()
    archive = HonestArchive()

    def asked(method, path, body):
        request = urllib.request.Request(f"{peer.url}{path}", body, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()

    with WebServer(archive) as server:
        stored = json.loads(asked("POST", "/instances", sample))
        us = {"Url": f"{server.url}/", "ChunkedTransfers": "1"}
        asked("PUT", "/dicom-web/servers/us", json.dumps(us).encode())
        asked(
            "POST",
            "/dicom-web/servers/us/stow",
            json.dumps({"Resources": [stored["ID"]], "Synchronous": True}).encode(),
        )
    (came,) = archive.stored.values()
    assert came.data[-1000:] == sample[-1000:]
