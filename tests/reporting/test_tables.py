"""The CSV tables hold what the document holds, and nothing that a spreadsheet computes."""

import csv
import io

import msgspec
import pytest

from dicomsig.reporting.tables import matrix_csv, results_csv


def rows(table):
    """The table as a spreadsheet reads it, a dictionary a row."""
    return list(csv.DictReader(io.StringIO(table.decode("utf-8"), newline="")))


def test_every_result_that_is_no_pass_is_a_row(document_of, case, result):
    """A row names the result, its case and signature; a pass has none."""
    document = document_of(case(result(number=7), passed=("ps3.15-c.1-mac-algorithm",), number=7))
    [row] = rows(results_csv(document))
    assert (row["result"], row["requirement"]) == ("fail", "ps3.3-c.12.1.1.3.1.1-tags-in-order")
    assert (row["case"], row["file"], row["signature"]) == ("signer/file-000007/#0", "file-000007", "0")
    assert row["found"] == "(0008,0018) after (0010,0010)"


def test_every_cell_of_the_matrix_is_a_row(document_of, case, result):
    """A row has the numbers of one profile and one MAC algorithm."""
    document = document_of(case(result()))
    assert document.summary.matrix
    for row, cell in zip(rows(matrix_csv(document)), document.summary.matrix, strict=True):
        assert (row["profile"], row["mac_algorithm"]) == (cell.profile, cell.mac_algorithm)
        assert [row[name] for name in ("holds", "fails", "accepted_fails", "inconclusive")] == [
            str(number) for number in (cell.holds, cell.fails, cell.deviated, cell.inconclusive)
        ]


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t=", "\r=", " =", "\uff1d"])
def test_no_cell_is_a_formula(document_of, case, result, lead):
    """A value that a spreadsheet would compute is text: an apostrophe or an escape comes first."""
    document = document_of(case(result(found=f"{lead}HYPERLINK(1)", message=f'{lead}1,"x"')))
    [row] = rows(results_csv(document))
    for name in ("found", "message"):
        assert row[name][0] in "'\\"
        assert "HYPERLINK" in row[name] or '"x"' in row[name]


def test_a_line_end_in_a_value_ends_no_row(document_of, case, result):
    """A hostile document read from elsewhere still gives one row a result."""
    document = document_of(case(result()))
    hostile = msgspec.structs.replace(document.results[0], found="one\r\ntwo", message='"\n=1')
    [row] = rows(results_csv(msgspec.structs.replace(document, results=(hostile,))))
    assert row["found"] == "one\\x0d\\x0atwo"


def test_the_folder_holds_both_tables(start, case, result, tmp_path):
    """`matrix.csv` and `results.csv` lie beside the report, and go with it when another run takes the folder."""
    from dicomsig.reporting.collector import Collector
    from dicomsig.reporting.folder import ReportFolder

    with ReportFolder(tmp_path / "report", start) as folder:
        collector = Collector(start, log=folder)
        collector.case(case(result()))
        folder.finish(collector.document())
    assert (tmp_path / "report" / "results.csv").read_bytes().startswith(b"result,requirement,")
    assert (tmp_path / "report" / "matrix.csv").read_bytes().startswith(b"profile,due,")
    with ReportFolder(tmp_path / "report", start):
        assert not (tmp_path / "report" / "results.csv").exists()
