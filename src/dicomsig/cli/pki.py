"""``dicomsig pki new``: keys and certificates of a site, for probes that leave this machine."""

import os
from pathlib import Path
from typing import Final

import click

from dicomsig.cli.options import shown
from dicomsig.cli.output import InputError, say

_SECRET: Final = 0o600
_PUBLIC: Final = 0o644


@click.group("pki")
def command() -> None:
    """Make keys and certificates for signing what is stored in an archive."""


@command.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", default="dicomsig test", show_default=True, help="What the certificates are called.")
@click.option("--days", default=3650, show_default=True, type=click.IntRange(1, 36500), help="How long they are valid.")
def new(folder: Path, name: str, days: int) -> int:
    """Write a root and a signer below it to DIR, which is new or empty.

    Give root.cert.pem to whoever is to trust, signer.key.pem and signer.cert.pem to `archive` and `sign`. The keys are
    not encrypted; nobody else can read them. root.key.pem is for no command: never send it along, and delete it unless
    you mean to certify others by it.
    """
    from dicomsig.crypto.site_pki import new_site_pki

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{shown(folder)} is there and not an empty folder")
    try:
        made = new_site_pki(name, days)
    except ValueError as error:
        raise click.UsageError(f"--name: {error}") from None
    files = (
        ("root.cert.pem", made.root.certificate, _PUBLIC),
        ("root.key.pem", made.root.key, _SECRET),
        ("signer.cert.pem", made.signer.certificate, _PUBLIC),
        ("signer.key.pem", made.signer.key, _SECRET),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content, mode in files:
            path = folder / file
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(content)
            say(shown(path))
    except OSError as error:
        raise InputError(f"{shown(folder)} cannot be written: {error.strerror}") from None
    return 0
