"""The store of an Orthanc is reached by its REST interface, and no instance is touched but one that we stored."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dicomsig.crypto.digests import MacAlgorithm
from dicomsig.encoding.elements import find
from dicomsig.encoding.instance import instance_of
from dicomsig.judging.archive.probes import ProbeKey, new_uid, signed_probe
from dicomsig.systems.at_rest import MODIFIED, AtRestError
from dicomsig.systems.dicomweb.asking import WebAddress
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.orthanc_rest import OrthancRest
from dicomsig.vectors.instances import instances
from dicomsig.vectors.pki import Credential, private_key

LIMITS = NetworkLimits(connect=2.0, answer=2.0, operation=4.0)
NAME = "b7828ec4-424cc126-b805aeb6-05c6d8c3-15252ec9"
OTHERS = "00000000-424cc126-b805aeb6-05c6d8c3-15252ec9"


@pytest.fixture(scope="module")
def made():
    """Two instances of one run."""
    signer = ProbeKey(private_key(Credential.RSA_2048), Credential.RSA_2048.certificate_der)
    study = new_uid()
    return [signed_probe(signer, study, instances()["ct"], MacAlgorithm.SHA256, "base").outgoing for _ in range(2)]


@contextmanager
def serving(answers):
    """A server that answers by method and path; what it was asked is listed."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.path, body))
            status, content = answers.get((self.command, self.path), (404, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = do  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield OrthancRest(WebAddress.read(f"http://127.0.0.1:{server.server_port}"), LIMITS), asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def orthanc(lies_there, found=({"ID": NAME, "Type": "Instance"},)):
    return {
        ("GET", "/system"): (200, b'{"ApiVersion": 16}'),
        ("POST", "/tools/lookup"): (200, json.dumps(found).encode()),
        ("GET", f"/instances/{NAME}/file"): (200, lies_there),
        ("POST", f"/instances/{NAME}/modify"): (200, lies_there),
        ("DELETE", f"/instances/{NAME}"): (200, b"{}"),
        ("POST", "/instances"): (200, b'{"Status": "Success"}'),
    }


def test_an_instance_of_ours_is_fetched_changed_and_put_back(made):
    """It is looked up by its UID, modified with its UIDs kept, deleted, and stored again."""
    ours = made[0]
    with serving(orthanc(ours.data)) as (store, asked):
        store.reach()
        assert store.file(ours) == ours.data
        assert store.modified(ours) == ours.data
        store.put(ours, ours.data)
    assert [(method, path) for method, path, _ in asked if path != "/tools/lookup"] == [
        ("GET", "/system"),
        ("GET", f"/instances/{NAME}/file"),
        ("GET", f"/instances/{NAME}/file"),
        ("POST", f"/instances/{NAME}/modify"),
        ("DELETE", f"/instances/{NAME}"),
        ("POST", "/instances"),
    ]
    assert {body for _, path, body in asked if path == "/tools/lookup"} == {ours.sop_instance.encode()}
    modification = json.loads(next(body for _, path, body in asked if path.endswith("/modify")))
    assert set(modification["Keep"]) == {"SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"}
    assert asked[-1][2] == ours.data
    assert find(instance_of(ours.data).elements, MODIFIED) is not None


@pytest.mark.parametrize(
    "found",
    [
        (),
        ({"ID": NAME, "Type": "Instance"}, {"ID": OTHERS, "Type": "Instance"}),
        ({"ID": NAME, "Type": "Study"},),
        ({"ID": "../../tools/reset", "Type": "Instance"},),
        ({"ID": 7, "Type": "Instance"},),
        ("x", None),
        {"ID": NAME},
    ],
)
def test_what_is_not_one_instance_is_left_alone(found, made):
    """None, several, another level or a name that is none: nothing is asked for beyond the look-up."""
    with serving(orthanc(made[0].data, found)) as (store, asked):
        with pytest.raises(AtRestError):
            store.modified(made[0])
        with pytest.raises(AtRestError):
            store.put(made[0], made[0].data)
    assert {path for _, path, _ in asked} == {"/tools/lookup"}


def test_an_instance_that_is_not_ours_is_left_alone(made):
    """What lies there under our UID and has other UIDs inside is neither modified nor deleted; nor is it put there."""
    ours, other = made
    with serving(orthanc(other.data)) as (store, asked):
        for meddling in (store.file, store.modified):
            with pytest.raises(AtRestError, match="not the instance that was stored"):
                meddling(ours)
        with pytest.raises(AtRestError):
            store.put(ours, ours.data)
    with serving(orthanc(ours.data)) as (store, more):
        store.file(ours)
        with pytest.raises(AtRestError, match="not the instance that was stored"):
            store.put(ours, other.data)
    assert {method for method, path, _ in [*asked, *more] if path != "/tools/lookup"} == {"GET"}


def test_answers_that_are_none_are_errors_of_our_own(made):
    """A refusal, rubbish in place of JSON or of a file, and nobody there: each is told in words."""
    ours = made[0]
    refusing = orthanc(ours.data) | {("POST", f"/instances/{NAME}/modify"): (403, b"")}
    with serving(refusing) as (store, _), pytest.raises(AtRestError, match="POST of instances is answered 403"):
        store.modified(ours)
    for answers in (
        orthanc(b"rubbish"),
        orthanc(ours.data) | {("POST", "/tools/lookup"): (200, b"[")},
        orthanc(ours.data) | {("GET", f"/instances/{NAME}/file"): (200, bytes(len(ours.data) + (2 << 20)))},
    ):
        with serving(answers) as (store, _), pytest.raises(AtRestError):
            store.file(ours)
    taken = orthanc(ours.data) | {("POST", "/instances"): (200, b'{"Status": "AlreadyStored"}')}
    with serving(taken) as (store, _):
        store.file(ours)
        with pytest.raises(AtRestError, match="not taken"):
            store.put(ours, ours.data)
    for answers in ({}, {("GET", "/system"): (200, b"[]")}, {("GET", "/system"): (200, b'{"Version": "1"}')}):
        with serving(answers) as (store, _), pytest.raises(AtRestError):
            store.reach()
    with pytest.raises(AtRestError):
        store.reach()
