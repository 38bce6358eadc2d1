"""A report is made to be forwarded: by default it holds no path and no value of an instance beyond UIDs."""

import pytest

from dicomsig.conformance.results import Observation, Subject
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.folder import ReportFolder
from dicomsig.reporting.terminal import group_lines, summary_lines

VALUE = "CANARY^VALUE"
PATH = "/home/canary-path/CANARY.dcm"


@pytest.fixture
def written(tmp_path, start, case, result):
    """The texts of all parts of a report in whose input a value stands wherever an instance could put one."""

    def make(**options):
        subject = Subject(1, VALUE, "/", 0, VALUE)
        outcome = case(
            result(values=VALUE, subject=subject), observations=[Observation("case", "code", "message", subject)]
        )
        path = tmp_path / "report"
        with ReportFolder(path, start) as folder:
            collector = Collector(start, log=folder, **options)
            collector.file(1, "signed", PATH, mac_algorithms=(VALUE,))
            collector.passed_over("not-dicom", PATH)
            collector.case(outcome)
            document = collector.document()
            folder.finish(document)
        texts = {each.name: each.read_text(encoding="utf-8") for each in path.iterdir() if each.is_file()}
        terminal = "\n".join([*group_lines(document), *summary_lines(document)])
        return texts | {"terminal": terminal}, (path / "private" / "paths.csv").read_text(encoding="utf-8")

    return make


def test_no_value_and_no_path_by_default(written):
    """A canary in values, UIDs, MAC algorithm and paths is in no part of the report but the private map."""
    texts, private = written()
    assert set(texts) >= {"report.json", "report.jsonl", "report.html", "junit.xml", "results.csv", "terminal"}
    assert not [name for name, text in texts.items() if "canary" in text.lower()]
    assert PATH in private
    assert VALUE not in private


def test_values_and_paths_on_demand(written):
    """What was asked for is there: values where the finding rests on them, the path behind the file."""
    texts, _ = written(with_values=True, with_paths=True)
    assert VALUE in texts["report.json"]
    assert VALUE in texts["report.jsonl"]
    assert VALUE in texts["report.html"]
    assert PATH in texts["report.json"]
    assert PATH in texts["report.html"]
    assert "(not a UID)" in texts["report.json"]
