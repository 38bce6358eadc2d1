"""What an archive answers when associations are asked for: whoever dies meanwhile has refused nothing (PS3.4 B.3.1)."""

import pytest

from dicomsig.conformance.editions import edition
from dicomsig.judging.archive.case import ArchiveRunTerms
from dicomsig.judging.archive.negotiation import negotiation_cases
from dicomsig.systems.archive_server import ArchiveServer
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.dimse.limits import NetworkLimits
from dicomsig.systems.dimse.requesting import associate
from dicomsig.systems.embedded_archive import HonestArchive

CT = "1.2.840.10008.5.1.4.1.1.2"
LIMITS = NetworkLimits(connect=1.0, answer=1.0, operation=2.0)
TERMS = ArchiveRunTerms.of(edition())


def failed(cases):
    return {each.requirement for case in cases for each in case.results if each.result == "fail"}


@pytest.mark.parametrize("stops_at", [1, 2, 3, 4])
def test_an_archive_that_dies_while_it_is_asked_is_not_convicted(stops_at):
    """However many associations came about before, what comes to nothing now is no refusal."""
    asked = []
    with ArchiveServer() as server:
        peer = server.peer

        def asking(proposals, extended, reserved):
            asked.append(extended)
            if len(asked) >= stops_at:
                raise NetworkError(NetworkFault.CLOSED, "the peer closed the connection")
            return associate(peer, proposals, LIMITS, extended=extended, reserved=reserved)

        assert failed(negotiation_cases(asking, [CT], TERMS)) == set()
    assert len(asked) >= stops_at


@pytest.mark.parametrize("breaks_off", [True, False])
def test_an_archive_that_breaks_off_at_reserved_bytes_is_convicted(breaks_off):
    """Who takes the same association without them goes on; only who does not take it with them examines them."""

    class Examining(HonestArchive):
        def level_answer(self, sop_class, offered):
            if breaks_off and offered[1]:
                raise ValueError
            return super().level_answer(sop_class, offered)

    with ArchiveServer(Examining()) as server:

        def asking(proposals, extended, reserved):
            return associate(server.peer, proposals, LIMITS, extended=extended, reserved=reserved)

        found = failed(negotiation_cases(asking, [CT], TERMS))
    assert found == ({"ps3.4-b.3.1.1-reserved-bytes-ignored"} if breaks_off else set())
