"""A connection does not wait for what the other side holds back until it is answered."""

import socket
import threading
import time

import pytest

from dicomsig.systems.dimse.connection import connect
from dicomsig.systems.dimse.limits import DEFAULT_NETWORK_LIMITS

ROUNDS = 60
PDU = bytes((4, 0, 0, 0, 0, 8)) + bytes(8)


@pytest.fixture
def in_two_parts():
    """The port of a peer that answers each byte with a PDU, head and content written apart, as DCMTK does."""

    def serve(listening):
        stream, _ = listening.accept()
        with stream:
            while stream.recv(1):
                stream.sendall(PDU[:6])
                stream.sendall(PDU[6:])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(5)


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="the system does not let a program acknowledge at once")
def test_a_pdu_in_two_parts_comes_without_delay(in_two_parts):
    """The second part is held back until the first is acknowledged, which by itself happens after 40 ms."""
    connection = connect("127.0.0.1", in_two_parts, DEFAULT_NETWORK_LIMITS)
    try:
        started = time.monotonic()
        for _ in range(ROUNDS):
            connection.send(b"x", started + 20)
            assert connection.read(started + 20) == (4, bytes(8))
        assert time.monotonic() - started < ROUNDS * 0.01
    finally:
        connection.close()
