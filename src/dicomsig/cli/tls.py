"""TLS of a command, by files of keys and certificates: of the side that calls, and of the side that is called."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dicomsig.cli.options import shown, small_file
from dicomsig.cli.output import InputError

__all__ = ["calling_side", "listening_side"]


def calling_side(authority: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """TLS where an option of it is given, else None; DICOM certificates bear AE titles: no host name is compared.

    Raises click.UsageError for a key without a certificate, InputError, which names the option, for a file of no use.
    """
    _belong_together(certificate, key)
    if authority is None and certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    if authority is not None:
        _trust(context, authority)
    else:
        context.load_default_certs()
    if certificate is not None:
        _show(context, certificate, key)
    return context


def listening_side(authority: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """TLS where a certificate is given, else None; with an authority whoever connects has to show one too.

    Raises click.UsageError for other files without a certificate, InputError, which names the option, for one of no
    use.
    """
    _belong_together(certificate, authority or key)
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _show(context, certificate, key)
    if authority is not None:
        _trust(context, authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _belong_together(certificate: Path | None, other: Path | None) -> None:
    if certificate is None and other is not None:
        raise click.UsageError("TLS needs --tls-certificate")


def _trust(context: ssl.SSLContext, authority: Path) -> None:
    with _usable("--tls-ca", authority):
        context.load_verify_locations(authority)


def _show(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    if key is not None:
        small_file("--tls-key", key)  # the library does not say which of the two files is not there
    with _usable("--tls-certificate", certificate):
        context.load_cert_chain(certificate, key)


@contextmanager
def _usable(option: str, file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        there = isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and error.strerror
        raise InputError(f"{option} {shown(file)}: {there or 'no usable certificate or key'}") from None
