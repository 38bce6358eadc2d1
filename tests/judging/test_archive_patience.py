"""When an archive is asked no more, and what counts as an answer (PS3.18 10.5.3)."""

import pytest

from dicomsig.judging.archive.run import _Patience
from dicomsig.systems.dimse.faults import NetworkError, NetworkFault
from dicomsig.systems.outgoing import Sent

TAKEN = Sent(0, http=200)
FORBIDDEN = Sent(0xC000, http=403)
REFUSED_ONE = Sent(0xC000, http=409)
SILENT = Sent(fault=NetworkError(NetworkFault.SILENT, "no answer came in time"))


@pytest.mark.parametrize(
    ("answers", "over"),
    [
        ([FORBIDDEN] * 3, True),
        ([FORBIDDEN] * 2, False),
        ([FORBIDDEN] * 2 + [TAKEN] + [FORBIDDEN] * 9, False),
        ([REFUSED_ONE] * 9, False),
        ([REFUSED_ONE] + [FORBIDDEN] * 9, False),
        ([SILENT] * 3, True),
        ([Sent(0x0122)] * 9, False),
        ([TAKEN] + [SILENT] * 3, True),
    ],
)
def test_three_in_a_row_that_say_nothing_of_an_instance_end_it(answers, over):
    """Silence ends it at any time; that there is no service for us ends it where there never was one."""
    patience = _Patience()
    for each in answers:
        patience.take(each.fault, each.http)
    assert patience.over is over
