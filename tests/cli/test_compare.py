"""`dicomsig compare`: exit codes, what it takes for a report, and what it says of anything else."""

import json

import pytest

from dicomsig import resources


@pytest.fixture
def report(dicomsig, put, tmp_path):
    """Judge some instances, given by name, and write the report: gives its folder."""

    def make(name, **instances):
        for file, content in instances.items():
            put(f"{name}-input/{file}.dcm", content)
        dicomsig("check", tmp_path / f"{name}-input", "--report", tmp_path / name)
        return tmp_path / name

    return make


def test_a_new_failure_ends_with_1_and_a_mended_one_with_0(dicomsig, report, right, wrong):
    """The order of the two reports says which run is the earlier one."""
    before, after = report("before", one=right), report("after", one=wrong)
    found = dicomsig("compare", before, after)
    assert (found.code, found.err) == (1, "")
    assert "NEW FAIL  ps3.3-c.12.1.1.3.1.1-tags-in-order  PS3.3 C.12.1.1.3.1.1" in found.out
    assert found.out.splitlines()[-1].startswith("exit 1")
    assert "Neither report names a product" in found.out
    back = dicomsig("compare", after, before / "report.json")
    assert back.code == 0
    assert "MENDED  ps3.3-c.12.1.1.3.1.1-tags-in-order" in back.out


def test_json_and_page_hold_the_same_change(dicomsig, report, right, wrong, tmp_path):
    """`--json` has stdout for itself, `--html` a file that loads nothing and holds no path."""
    before, after = report("before", one=right), report("after", one=wrong)
    page = tmp_path / "page.html"
    found = dicomsig("compare", before, after, "--json", "--html", page)
    assert found.document["kind"] == "runs"
    assert [each["requirement"] for each in found.document["runs"]["new_failures"]] == [
        "ps3.3-c.12.1.1.3.1.1-tags-in-order"
    ]
    text = page.read_text(encoding="utf-8")
    assert "ps3.3-c.12.1.1.3.1.1-tags-in-order" in text
    assert "1 new failure" in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert str(tmp_path) not in text + found.out
    again = dicomsig("compare", before, after, "--html", page)
    assert again.code == 2
    assert "--force" in again.err


def test_products_stand_side_by_side(dicomsig, report, right, wrong, tmp_path):
    """Other products are no later runs: each has a column, and no difference is a failure."""
    before, after = report("before", one=right), report("after", one=wrong)
    document = json.loads((after / "report.json").read_bytes())
    document["subject"]["product"] = 'Other <b>"CT"</b>'
    (after / "report.json").write_text(json.dumps(document))
    page = tmp_path / "page.html"
    found = dicomsig("compare", before, after, before, "--json", "--html", page)
    assert found.code == 0
    rows = {row["requirement"]: row for row in found.document["products"]["requirements"]}
    order = rows["ps3.3-c.12.1.1.3.1.1-tags-in-order"]
    assert order["differs"]
    assert [column["failed"] for column in order["products"]] == [0, 1, 0]
    claims = {(row["claim"], row["name"]): row["products"] for row in found.document["products"]["claims"]}
    assert claims["profile", "macro"] == ["holds", "does-not-hold", "holds"]
    text = page.read_text(encoding="utf-8")
    assert "Other &lt;b&gt;" in text
    assert "<b>" not in text
    assert dicomsig("compare", before, after).code == 0
    assert dicomsig("compare", before, after, "--runs").code == 1


def test_what_is_no_report_is_refused_with_a_hint(dicomsig, report, right, put, tmp_path):
    """Each wrong file ends with 2, names what it is, and what was probably meant."""
    before = report("before", one=right)
    hints = {
        before / "report.html": "Name '",
        before / "report.jsonl": "the run log",
        tmp_path / "befor": "Did you mean 'before'?",
        tmp_path: "Did you mean",
        put("a.zip", b"PK"): "unpacked",
        put("list.json", "[]"): "is no report.json of dicomsig",
        put("deep.json", "[" * 100_000): "is no report.json of dicomsig",
        put("new.json", '{"schema_version":"9.0"}'): "schema version '9.0'",
        put("half/report.jsonl", "{}").parent: "did not come to its end",
    }
    for path, hint in hints.items():
        found = dicomsig("compare", before, path)
        assert (found.code, found.out) == (2, ""), path
        assert hint in found.err, path
    assert dicomsig("compare", before).code == 2
    assert dicomsig("compare", before, before, before, "--runs").code == 2


def test_a_hostile_report_disturbs_no_terminal(dicomsig, report, right, wrong):
    """Control characters of a report from elsewhere are escaped on the terminal and in JSON."""
    before, after = report("before", one=right), report("after", one=wrong)
    document = json.loads((after / "report.json").read_bytes())
    document["results"][0] |= {"found": "\x1b[2J\u202egone", "requirement": "=\x07no-such-row"}
    (after / "report.json").write_text(json.dumps(document))
    for options in ((), ("--json",)):
        found = dicomsig("compare", before, after, *options)
        assert found.code == 1
        assert "\\x1b[2J" in found.out.replace("\\\\", "\\")
        assert not any(character in found.out for character in "\x1b\u202e\x07")


def test_the_stored_schema_is_current():
    """`python -m dicomsig.reporting.comparison` has been run since the structs changed."""
    from dicomsig.reporting.comparison import SCHEMA_FILE, comparison_schema

    assert (resources.content("reports") / SCHEMA_FILE).read_text(encoding="utf-8") == comparison_schema()
