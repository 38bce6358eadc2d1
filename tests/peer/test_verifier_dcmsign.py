"""The reference report of dcmsign: what is known of it is all there is, and all of it still happens."""

import json

import pytest

from dicomsig import resources
from dicomsig.cli import main

pytestmark = [pytest.mark.dcmtk, pytest.mark.slow]

FOLDER = resources.content("reports") / "reference" / "dcmtk-3.6.7"


def test_dcmsign_is_as_its_reference_report_says(dcmsign, capsys):
    """With the known deviations nothing fails and none is stale; the rest is open, and it is known why."""
    arguments = ["verifier", "dcmsign", "--timeout", "60", "--jobs", "2", "--json"]
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--deviations", str(FOLDER / "deviations.toml")])
    document = json.loads(capsys.readouterr().out)
    assert document["subject"]["version"] == "3.6.7"
    fails = [each for each in document["results"] if each["result"] == "fail" and not each.get("deviation")]
    assert fails == []
    assert [each for each in document["deviations"] if each["stale"]] == []
    assert ended.value.code == 5
    left_open = {each["reason"] for each in document["results"] if each["result"] == "inconclusive"}
    assert left_open <= {"crash", "need-not-take", "twin-not-accepted", "called-invalid"}
