"""Files of keys and certificates for TLS that are of no use cost no connection, and are called by their option."""

import pytest

from dicomsig.vectors.pki import Credential

CERTIFICATE = ("--tls-certificate", Credential.RSA_2048.certificate_path)
COMMANDS = (("archive", "127.0.0.1:1"), ("listen", "--port", 0, "--count", 1))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--tls-ca", "--tls-certificate", "--tls-key"])
@pytest.mark.parametrize(("file", "why"), [("none.pem", "no usable"), ("missing.pem", "No such file")])
def test_a_file_of_no_use_is_told_by_its_option(dicomsig, tmp_path, command, option, file, why):
    """A file that is not there, or holds no key or certificate, is named with the option that gave it."""
    (tmp_path / "none.pem").write_text("none", encoding="utf-8")
    showing = () if option == "--tls-certificate" else (*CERTIFICATE, "--tls-key", Credential.RSA_2048.key_path)
    ran = dicomsig(*command, *showing, option, tmp_path / file)
    assert ran.code == 2
    named = "--tls-certificate" if (option, file) == ("--tls-key", "none.pem") else option
    assert f"Error: {named} " in ran.err
    assert why in ran.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_key_needs_its_certificate(dicomsig, command):
    """A key alone is a slip: no TLS would be spoken, and nobody would see it."""
    ran = dicomsig(*command, "--tls-key", Credential.RSA_2048.key_path)
    assert ran.code == 2
    assert "TLS needs --tls-certificate" in ran.err
