"""The command `dicomsig` wires the packages to a terminal; it holds no judgement of its own."""

import click

from dicomsig import __version__

__all__ = ["main"]


@click.group()
@click.version_option(__version__, prog_name="dicomsig")
def main() -> None:
    """Judge implementations of DICOM digital signatures."""
