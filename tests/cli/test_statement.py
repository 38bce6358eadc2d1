"""`dicomsig statement` writes a fragment from reports, and refuses what is none."""


def test_a_fragment_is_written_to_stdout_or_a_file(dicomsig, put, tmp_path, right):
    """Markdown by default, HTML on request; what is not proved is counted on stderr."""
    claims = put("claims.toml", '[product]\nname = "Example CT"\n[claims]\nprofiles = ["base", "bit-preserving"]\n')
    dicomsig("check", put("one.dcm", right), "--claims", claims, "--report", tmp_path / "report")
    found = dicomsig("statement", tmp_path / "report")
    assert found.code == 0
    assert "## Security: digital signatures of Example CT" in found.out
    assert "| Base RSA Digital Signature Secure Profile | PS3.15 C.1 | *proved* |" in found.out
    assert "1 of 2 claims were not proved" in found.err
    file = tmp_path / "fragment.html"
    assert dicomsig("statement", tmp_path / "report", "--html", "--output", file).code == 0
    assert file.read_text(encoding="utf-8").startswith("<section")
    again = dicomsig("statement", tmp_path / "report", "--output", file)
    assert (again.code, "--force" in again.err) == (2, True)


def test_wrong_reports_are_refused(dicomsig, put, tmp_path, right):
    """A page instead of the report, or nothing at all, ends with 2 and a hint."""
    dicomsig("check", put("one.dcm", right), "--report", tmp_path / "report")
    found = dicomsig("statement", tmp_path / "report" / "report.html")
    assert (found.code, "the page of a report" in found.err) == (2, True)
    assert dicomsig("statement", tmp_path / "none").code == 2
    assert dicomsig("statement").code == 2
