"""`dicomsig requirements` lists what the standard asks and explains it."""

import json

from dicomsig.conformance.register import register

ORDER = "ps3.3-c.12.1.1.3.1.1-tags-in-order"


def test_without_an_id_all_are_listed(dicomsig):
    """One line for each: id, clause, strength, summary."""
    ran = dicomsig("requirements")
    lines = [line.split("\t") for line in ran.out.splitlines()]
    assert [line[0] for line in lines] == list(register())
    assert {len(line) for line in lines} == {4}
    assert ran.code == 0


def test_a_list_can_be_narrowed(dicomsig):
    """By profile, by whom they bind, by text; nothing found is exit code 1."""
    ran = dicomsig("requirements", "--profile", "creator", "--actor", "signer", "--search", "Overlay")
    assert ran.out.splitlines() == [line for line in ran.out.splitlines() if line.startswith("ps3.15-c.2-")] != []
    assert (dicomsig("requirements", "--search", "no such text").code) == 1


def test_an_id_is_explained(dicomsig):
    """What it asks, why it matters, the clause, and wrong signers that break it."""
    ran = dicomsig("requirements", ORDER)
    for label in ("asks", "why", "clause", "weight", "binds", "tested", "breaks"):
        assert f"\n  {label:8} " in ran.out
    assert "wrong signer" in ran.out
    (found,) = json.loads(dicomsig("requirements", ORDER, "--json").out)
    assert found["requirement"]["id"] == ORDER
    assert found["wrong_signers"]


def test_an_archive_that_breaks_it_is_named(dicomsig):
    """A requirement on archives names the wrong archives that it convicts, with the options that show them."""
    ran = dicomsig("requirements", "ps3.15-a.3-values-bit-identical")
    assert "\n  breaks   wrong archive impostor:trims-padding: Trims" in ran.out
    assert "wrong archive impostor:spoils-what-is-moved --retrieve move: " in ran.out
    assert "wrong verifier" not in ran.out


def test_a_name_that_is_misspelt_gets_a_hint(dicomsig):
    """The nearest id, profile or actor is offered."""
    for arguments, hint in (
        ((ORDER[:-1],), ORDER),
        (("--profile", "creatr"), "creator"),
        (("--actor", "sinner"), "signer"),
    ):
        ran = dicomsig("requirements", *arguments)
        assert ran.code == 2
        assert f"Did you mean '{hint}'?" in ran.err
