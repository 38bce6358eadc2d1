"""``dicomsig listen``: a Storage SCP that judges each instance as it arrives (DESIGN section 4)."""

from pathlib import Path

import click

from dicomsig.cli.options import trust_options


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
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="A profile that is due; may be repeated.")
@click.option(
    "--edition", "edition_label", metavar="E", help="Edition of the standard; default: 2023b, or the claims'."
)
@click.option(
    "--claims", "claims_file", type=click.Path(path_type=Path), metavar="FILE", help="What the product claims."
)
@trust_options
@click.option(
    "--deviations", "deviations_file", type=click.Path(path_type=Path), metavar="FILE", help="Known, accepted fails."
)
@click.option("--only", multiple=True, metavar="ID", help="Judge this requirement alone; may be repeated.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="DIR", help="Write a report for people and machines."
)
@click.option("--json", "as_json", is_flag=True, help="Write the result document to stdout.")
@click.option("--today", metavar="YYYY-MM-DD", help="The day on which deviations expire or not; default: today (UTC).")
@click.option("--with-values", is_flag=True, help="Let the report hold values of the instances.")
@click.option("--with-paths", is_flag=True, help="Let the report hold paths of the files.")
def command(**options: object) -> int:
    """Wait for instances, judge each as `check` does, and say in a line what it is.

    What is sent is kept byte for byte. Ctrl-C ends the listening; the report and the exit code are those of check.
    """
    from dicomsig.cli.listening import ListenOptions, run_of

    return run_of(ListenOptions(**options)).run()  # type: ignore[arg-type]
