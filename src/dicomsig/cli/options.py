"""Options that commands share, and the turning of what was typed into what the library takes."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dicomsig.cli.output import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from dicomsig.crypto.certificates import Certificate
    from dicomsig.signatures.verify import Trust

Command = TypeVar("Command", bound=Callable[..., Any])

SIGNING, NOW = "signing", "now"
_LARGEST = 1 << 24
"""Bytes of a file of keys or certificates: a device or a mistaken name must not fill the memory."""


def path_arguments(function: Command) -> Command:
    """PATH arguments: files, folders, DICOMDIR or zip."""
    return click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")(
        function
    )


def trust_options(function: Command) -> Command:
    """``--trust`` and ``--at``."""
    function = click.option(
        "--at",
        default=SIGNING,
        metavar="signing|now|ISO8601",
        help="The moment at which certificates must be valid; default: the signing time that the signature claims.",
    )(function)
    return click.option(
        "--trust",
        multiple=True,
        metavar="PEM",
        type=click.Path(path_type=Path),
        help="A file of certificates that are trusted; may be given more than once.",
    )(function)


def trust_of(files: Sequence[Path], at: str) -> "Trust":
    """The trust that was asked for. Raises click errors for a file or time that cannot be read."""
    from dicomsig.crypto.trust import TrustStore
    from dicomsig.signatures.verify import Trust

    now = datetime.now(UTC)
    moment = _moment(at, now)
    anchors = tuple(certificate for file in files for certificate in certificates_in("--trust", file))
    return Trust(TrustStore(anchors=anchors), at=moment, now=now)


def certificates_in(option: str, file: Path) -> "tuple[Certificate, ...]":
    """The certificates of a file, at least one; raises InputError, which names the option, where it is no such file."""
    from dicomsig.crypto.certificates import CertificateError
    from dicomsig.crypto.key_files import load_certificates

    content = small_file(option, file)
    if b"-----BEGIN " in content and b"CERTIFICATE-----" not in content:
        raise InputError(f"{option} {shown(file)}: the file holds no certificate, but something else in PEM")
    try:
        return load_certificates(content)
    except CertificateError as error:
        raise InputError(f"{option} {shown(file)}: {error.message}") from None


def private_key_in(option: str, file: Path) -> "RSAPrivateKey":
    """The RSA key of a file; raises InputError, which names the option, where it is no such file."""
    from dicomsig.crypto.key_files import PrivateKeyError, load_private_key

    try:
        return load_private_key(small_file(option, file))
    except PrivateKeyError as error:
        raise InputError(f"{option} {shown(file)}: {error}") from None


def small_file(option: str, file: Path) -> bytes:
    """The content of a file of keys or certificates; raises InputError, which names the option, where it is none."""
    from dicomsig.systems.found import error_text

    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{option} {shown(file)}: {error_text(error)}") from None
    if len(content) > _LARGEST:
        raise InputError(f"{option} {shown(file)}: more than {_LARGEST >> 20} MiB are no file of keys or certificates")
    return content


def signing_time(text: str | None) -> datetime | None:
    """The aware time that ``--datetime`` names, UTC where it states no offset, None where it is not given.

    Raises click.UsageError.
    """
    return None if text is None else _time("--datetime", text, "2024-06-30T12:00:00+02:00")


def _moment(at: str, now: datetime) -> datetime | None:
    if at == SIGNING:
        return None
    return now if at == NOW else _time("--at", at, "signing, now, 2024-06-30 or 2024-06-30T12:00:00+02:00")


def _time(option: str, text: str, lawful: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option} {text!r} is no time; write {lawful}") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def shown(path: Path | str) -> str:
    """A path as the terminal may show it, without control characters or undecodable bytes."""
    from dicomsig.systems.found import shown_name

    return shown_name(str(path))
