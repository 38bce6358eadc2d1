"""`dicomsig verifier`: who is judged, by what, and what comes out."""

import json
import shlex
import subprocess
import sys

import pytest

from dicomsig.conformance.register import register
from dicomsig.judging.named_systems import verifier_names
from dicomsig.vectors.index import index

OWN = shlex.quote(sys.executable) + " -m dicomsig verify {file} --trust {trust}"
CODES = ("--accept", 0, "--reject", 1, "--unsigned", 3)
FEW = ("--only", "base-ct.sha256", "--only", "pixel-data-last-byte-altered.sha256")
A_ROW = "ps3.15-c.1-no-pss"
A_VECTOR = "padding-probabilistic.sha256"


def test_the_reference_is_acquitted(dicomsig):
    """All of the corpus put to our own verifier ends with 0, without a fail, warning or doubt."""
    ran = dicomsig("verifier", "reference", "--json")
    assert ran.code == 0
    assert ran.document["results"] == []
    assert ran.document["summary"]["files"] == len(index())
    subject = ran.document["subject"]
    assert (subject["role"], subject["product"]) == ("verifier", "dicomsig")
    assert len(ran.document["suite"]["corpus_digest"]) == 64


@pytest.mark.slow
def test_our_own_verify_as_a_plain_command_line_is_acquitted(dicomsig):
    """A program with one answer a file needs no adapter; a part of every outcome passes."""
    some = [name for name in index() if index()[name].vector.outcome == "unsigned" and "." not in name][:2]
    some += ["certificate-expired-at-signing", "un-listed", "signature-truncated.sha256", "whole-nested.sha256"]
    only = [word for name in some if name in index() for word in ("--only", name)]
    ran = dicomsig("verifier", "--command", OWN, *CODES, "--jobs", 2, "--timeout", 60, *FEW, *only, "--json")
    assert (ran.code, ran.document["results"]) == (0, [])
    assert ran.document["summary"]["files"] >= 6
    assert "one answer" in ran.err


def test_an_impostor_is_convicted(dicomsig):
    """A wrong verifier ends with 1; the terminal shows the row, the vector and the command that repeats it."""
    ran = dicomsig("verifier", "impostor:takes-pss", "--only", A_VECTOR)
    assert ran.code == 1
    assert f"FAIL  {A_ROW}  PS3.15 C.1 (2023b)  {A_VECTOR}  /#0" in ran.out
    rerun = ran.out.partition("rerun")[2].splitlines()[0].split()
    assert rerun == ["dicomsig", "verifier", "impostor:takes-pss", "--only", A_VECTOR, "--only", A_ROW]
    assert dicomsig(*rerun[1:]).code == 1


def test_who_cannot_be_exercised_is_not_judged(dicomsig, tmp_path):
    """A program that is no adapter ends with 3 and a plain message, and so does the report."""
    program = f"{shlex.quote(sys.executable)} -c 'print(1)'"
    ran = dicomsig("verifier", "--adapter", program, "--report", tmp_path / "report", "--json")
    assert (ran.code, ran.document["results"]) == (3, [])
    assert "not judged: it does not describe itself" in ran.err
    assert "could not be exercised" in (tmp_path / "report" / "report.html").read_text()


def test_misconduct_leaves_the_run_open(dicomsig):
    """A bluff at an operation that there is not ends with 5, and names it."""
    ran = dicomsig("verifier", "impostor:bluffs", *FEW, "--json")
    assert ran.code == 5
    assert [(each["case"], each["reason"]) for each in ran.document["results"]] == [("verifier/adapter", "bluff")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a verifier, or give --adapter or --command"),
        (("reference", "--adapter", "x"), "one of the three"),
        (("refrence",), "Did you mean 'reference'?"),
        (("impostor:take-pss",), "Did you mean 'impostor:takes-pss'?"),
        (("reference", "--accept", 0), "--accept"),
        (("--command", "x {file}"), "--command: the exit codes for accept and for reject are due"),
        (("--command", "x {flie}", "--accept", 0, "--reject", 1), "Did you mean 'file'?"),
        (("--adapter", "'"), "--adapter: the command line cannot be split"),
        (("reference", "--only", "base-ct.sha265"), "Did you mean 'base-ct.sha256'?"),
        (("reference", "--only", "ps3.15-c.1-pkcs1-paddings"), "neither a vector nor a requirement of verifiers"),
        (("reference", "--only", "nothing-like-*"), "neither a vector nor a requirement of verifiers"),
        (("reference", "--family", "pixel"), "Did you mean 'pixels'?"),
        (("reference", "--family", "zzz"), "Known are valid-profiles, valid-syntaxes,"),
        (("impostor:",), "dicomsig verifier --list names all"),
        (("reference", "--family", "pixels", "--only", "base-ct.sha256"), "no vector is all that was asked for"),
        (("reference", "--profile", "creater"), "Did you mean 'creator'?"),
        (("reference", "--failed", "there-is-none.json"), "there is no file or folder"),
        (("reference", "--jobs", 0), "--jobs"),
    ],
)
def test_wrong_usage_is_2(dicomsig, arguments, message):
    """A name that nobody knows is an error with the nearest one."""
    ran = dicomsig("verifier", *arguments)
    assert ran.code == 2
    assert message in ran.err


def test_what_failed_is_asked_again(dicomsig, tmp_path):
    """`--failed` asks for what a report has beside passes, and says so when there is nothing."""
    folder = tmp_path / "report"
    assert dicomsig("verifier", "impostor:takes-pss", *FEW, "--only", A_VECTOR, "--report", folder).code == 1
    for report in (folder, folder / "report.json"):
        again = dicomsig("verifier", "reference", "--failed", report, "--json")
        assert (again.code, again.document["summary"]["files"]) == (0, 1)
    assert dicomsig("verifier", "reference", *FEW, "--report", folder).code == 0
    nothing = dicomsig("verifier", "reference", "--failed", folder / "report.json")
    assert (nothing.code, "nothing in it did not pass" in nothing.err) == (2, True)
    (tmp_path / "other.json").write_text("{}")
    assert "no report.json of dicomsig" in dicomsig("verifier", "reference", "--failed", tmp_path / "other.json").err


def test_families_and_rows_choose_vectors(dicomsig):
    """`--family` and `--only` with a requirement ask for the vectors of it; twins are asked and not reported."""
    ran = dicomsig("verifier", "reference", "--family", "signature-blocks", "--only", A_ROW, "--json")
    chosen = [n for n, e in index().items() if A_ROW in e.vector.requirements and e.vector.family == "signature-blocks"]
    assert ran.document["summary"]["files"] == len(chosen) > 0
    assert [each["requirement"] for each in ran.document["requirements"]] == [A_ROW]


def test_a_pattern_chooses_vectors_or_rows(dicomsig):
    """`--only` takes `*`: for ids of vectors, for their cases, and for requirements."""
    for pattern in ("padding-probabilistic.*", "verifier/padding-probabilistic.*"):
        assert dicomsig("verifier", "reference", "--only", pattern, "--json").document["summary"]["files"] == 6
    rows = dicomsig("verifier", "reference", "--only", "ps3.15-c.1-no-*", "--json").document["requirements"]
    asked = {each["requirement"] for each in rows}
    assert A_ROW in asked
    assert asked <= {name for name in register() if name.startswith("ps3.15-c.1-no-")}


def test_the_list_names_every_verifier(dicomsig):
    """`--list` has a line for each name that is taken, with what that verifier does."""
    lines = dicomsig("verifier", "--list").out.splitlines()
    assert [line.partition("\t")[0] for line in lines] == list(verifier_names())
    assert all(line.partition("\t")[2].endswith(".") for line in lines)


def test_a_deviation_accepts_a_fail(dicomsig, put):
    """A known fail that a deviation names is accepted; one that no longer happens is stale."""
    known = put(
        "known.toml",
        f"""
        [[deviation]]
        requirement = "{A_ROW}"
        reason = "called-valid"
        cases = ["verifier/padding-probabilistic.*"]
        why = "known"
        expires = 2099-12-31
        """,
    )
    arguments = ("--only", A_VECTOR, "--deviations", known)
    assert dicomsig("verifier", "impostor:takes-pss", *arguments).code == 0
    assert dicomsig("verifier", "reference", *arguments).code == 4


def test_a_report_holds_no_word_of_the_product_and_no_path(dicomsig, put, tmp_path):
    """What a command line prints, and the path of its program, stay out of every file of the report."""
    program = put("CANARY.py", "import sys\nprint('CANARY')\nsys.exit(0 if sys.argv[1:] else 2)\n")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(program))} {{file}}"
    folder = tmp_path / "report"
    ran = dicomsig("verifier", "--command", command, "--accept", 0, "--reject", 1, *FEW, "--report", folder)
    assert ran.code == 1
    for file in folder.rglob("*"):
        assert file.is_dir() or "CANARY" not in file.read_text()
    assert json.loads((folder / "report.json").read_text())["run"]["rerun"].startswith(
        "dicomsig verifier --command TEMPLATE --accept 0 --reject 1"
    )


def test_a_failure_names_the_command_that_a_person_types(dicomsig, put, tmp_path):
    """On the terminal the command line of the product stands filled in; in the report only one that is no secret."""
    program = put("yes.py", "")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(program))} {{file}} {{trust}}"
    ran = dicomsig("verifier", "--command", command, "--accept", 0, "--reject", 1, "--only", A_VECTOR)
    files = f"vectors/{A_VECTOR}/object.dcm vectors/trust-anchors/root.pem"
    assert f"by hand   dicomsig vectors export vectors --only {A_VECTOR} && " in ran.out
    assert f"{command.replace('{file} {trust}', files)}\n" in ran.out
    known = dicomsig("verifier", "--command", command, "--accept", 0, "--reject", 1, "--only", A_VECTOR, "--json")
    assert known.document["run"].get("by_hand", "") == ""


def test_an_adapter_can_be_asked_by_hand(dicomsig, put, tmp_path):
    """The line that the terminal names for an adapter works in a shell: it answers the one request with its paths."""
    lines = (
        "import json, os, sys",
        "for line in sys.stdin:",
        "    asked = json.loads(line)",
        "    there = [os.path.isabs(each) for each in (asked.get('path', ''), *asked.get('trust', []))]",
        "    print(json.dumps({'id': asked['id'], 'verdict': 'accept', 'there': there}), flush=True)",
    )
    program = put("adapter.py", "\n".join(lines))
    adapter = f"{shlex.quote(sys.executable)} {shlex.quote(str(program))}"
    ran = dicomsig("verifier", "--adapter", adapter, "--only", A_VECTOR)
    export, _, asking = next(line for line in ran.out.splitlines() if "by hand" in line).partition(" && ")
    assert export.split() == ["by", "hand", "dicomsig", "vectors", "export", "vectors", "--only", A_VECTOR]
    done = subprocess.run(["sh", "-c", asking], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == {"id": 1, "verdict": "accept", "there": [True, True]}


def test_files_bear_names_that_tell_nothing(dicomsig, put, tmp_path):
    """A system sees neither the id of a vector nor what is expected, in no argument and in no name of a file."""
    seen = tmp_path / "seen"
    program = put("look.py", f"import sys\nopen({str(seen)!r}, 'a').write(repr(sys.argv) + '\\n')\n")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(program))} {{file}} {{trust}}"
    dicomsig("verifier", "--command", command, "--accept", 0, "--reject", 1, *FEW)
    lines = seen.read_text().splitlines()
    assert len(lines) >= 2
    assert not any(word in line for line in lines for word in ("base-ct", "altered", "valid", "vectors"))
