"""``dicomsig listen``: a Storage SCP that judges each instance as it arrives."""

from pathlib import Path

import click

from dicomsig.cli.judging_options import check_options


@click.command("listen")
@click.option("--port", required=True, type=click.IntRange(0, 65535), help="Port for DIMSE; 0 for one that is free.")
@click.option("--web-port", type=click.IntRange(0, 65535), help="Port for STOW-RS as well; 0 for one that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for every one.")
@click.option("--aet", multiple=True, metavar="AET", help="Refuse whoever calls another title; may be repeated.")
@click.option("--calling", multiple=True, metavar="AET", help="Refuse whoever has another title; may be repeated.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("dicomsig-received"),
    show_default=True,
    metavar="DIR",
    help="Where what arrives is kept, as it came.",
)
@click.option("--most-mib", default=4096, show_default=True, type=click.IntRange(1, 1 << 20), help="Bound on --into.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after N instances; else by Ctrl-C.")
@click.option("--tls-ca", type=click.Path(path_type=Path), metavar="PEM", help="TLS: whose certificates are asked for.")
@click.option("--tls-certificate", type=click.Path(path_type=Path), metavar="PEM", help="TLS: our certificate.")
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="PEM", help="TLS: the key of it.")
@check_options
def command(**options: object) -> int:
    """Wait for instances, judge each as `check` does, and say in a line what it is.

    What is sent is kept byte for byte. Ctrl-C or SIGTERM ends the listening; the report and the exit code are those of
    check.
    """
    from dicomsig.cli.listening import ListenOptions, run_of

    return run_of(ListenOptions(**options)).run()  # type: ignore[arg-type]
