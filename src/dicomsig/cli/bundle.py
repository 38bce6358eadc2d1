"""``dicomsig bundle``: a report folder as one file of evidence, and the check of such a file."""

from pathlib import Path

import click

from dicomsig.cli.options import signing_time, trust_options


@click.command("bundle")
@click.argument("source", metavar="DIR|FILE.zip", type=click.Path(path_type=Path))
@click.option("--verify", "check", is_flag=True, help="Check the bundle FILE.zip.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE.zip", help="Default: DIR-bundle.zip beside DIR."
)
@click.option("--samples", is_flag=True, help="Add the instances that were judged; they can hold patient data.")
@click.option("--with-private", is_flag=True, help="Add private/paths.csv, the paths of the files that were judged.")
@click.option(
    "--comments",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Comments on failures, if not DIR/comments.toml.",
)
@click.option("--key", type=click.Path(path_type=Path), metavar="PEM", help="Sign: an RSA or EC key, not encrypted.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    metavar="PEM",
    help="The certificate over that key, and those between it and an anchor.",
)
@click.option("--datetime", "moment", metavar="ISO8601", help="Time of signing; default: now.")
@click.option("--force", is_flag=True, help="Overwrite FILE.zip.")
@trust_options
def command(
    source: Path,
    output: Path | None,
    comments: Path | None,
    key: Path | None,
    certificate: Path | None,
    moment: str | None,
    trust: tuple[Path, ...],
    at: str,
    *,
    check: bool,
    samples: bool,
    with_private: bool,
    force: bool,
) -> int:
    """Make a bundle of the report folder DIR: one zip with the report, a manifest of hashes and room for comments.

    The first time, DIR/comments.toml is written: fill it in and make the bundle again. With --key and --certificate the
    manifest is signed. With --verify, FILE.zip is checked instead: --trust names the anchors that its signer must lead
    to, and --at when the certificates must be valid.

    Exit code: 0 made, or it holds; 1 the bundle is refused; 2 usage, or input that cannot be used.
    """
    from dicomsig.cli.bundling import BundleRun, check_run

    if check:
        given = (output, comments, key, certificate, moment, samples, with_private, force)
        if any(given):
            raise click.UsageError("--verify takes --trust and --at alone")
        return check_run(source, trust, at)
    if trust or at != "signing":
        raise click.UsageError("--trust and --at are for --verify; --datetime sets the time of signing")
    if (key is None) != (certificate is None):
        raise click.UsageError("--key and --certificate go together")
    return BundleRun(
        source, output, comments, key, certificate, signing_time(moment), samples, with_private, force
    ).run()
