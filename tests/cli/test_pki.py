"""`dicomsig pki new`: what it makes signs, and is trusted by its own root (PS3.15 C.1)."""

import stat

from dicomsig.vectors.instances import committed_path


def test_what_it_makes_signs_and_is_trusted(dicomsig, tmp_path):
    """An instance signed with the new key verifies, and its certificate leads to the new root."""
    made = tmp_path / "site"
    assert dicomsig("pki", "new", made, "--name", "Example Hospital").code == 0
    keys = ["--key", made / "signer.key.pem", "--certificate", made / "signer.cert.pem"]
    assert dicomsig("sign", committed_path("ct"), tmp_path / "ct.dcm", *keys).code == 0
    ran = dicomsig("verify", tmp_path / "ct.dcm", "--trust", made / "root.cert.pem")
    assert (ran.code, ran.out.split("\t")[3:6]) == (0, ["valid"] * 3)
    for name in ("root.key.pem", "signer.key.pem"):
        assert stat.S_IMODE((made / name).stat().st_mode) == 0o600


def test_nothing_is_overwritten(dicomsig, tmp_path):
    """A folder with anything in it, and a name that is none, are refused."""
    (tmp_path / "x").write_text("x", encoding="utf-8")
    assert dicomsig("pki", "new", tmp_path).code == 2
    assert dicomsig("pki", "new", tmp_path / "y", "--name", "a\nb").code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x"]
