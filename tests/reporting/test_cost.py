"""Reporting costs little beside judging: a fraction of a millisecond an instance."""

import time

from dicomsig.conformance.register import register
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.folder import ReportFolder


def test_a_case_costs_a_fraction_of_a_millisecond(tmp_path, start, case, result):
    """Taking and logging a case of a hundred results costs at most 0.5 ms of this process, ten of them no pass."""
    names = tuple(register())[:100]
    count = 1000
    with ReportFolder(tmp_path / "r", start) as folder:
        collector = Collector(start, log=folder)
        cases = [
            case(*(result(requirement=name, number=number) for name in names[:10]), passed=names[10:])
            for number in range(1, count + 1)
        ]
        before = time.process_time()
        for number, outcome in enumerate(cases, 1):
            collector.file(number, "signed", f"/data/{number}.dcm", mac_algorithms=("SHA256",))
            collector.case(outcome)
        spent = time.process_time() - before
        document = collector.document()
    assert len(document.results) == 10 * count
    assert spent / count < 0.0005
