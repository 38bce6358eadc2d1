"""``dicomsig archive``: an archive judged by what it gives back of what it was given."""

from pathlib import Path

import click

from dicomsig.cli.judging_options import edition_options, only_option, report_options


@click.command("archive")
@click.argument("address", required=False, metavar="[HOST:PORT|impostor:NAME]")
@click.option("--aet", default="ANY-SCP", show_default=True, help="AE title of the archive.")
@click.option("--calling", default="DICOMSIG", show_default=True, help="AE title that we call ourselves.")
@click.option(
    "--retrieve",
    type=click.Choice(("get", "move", "wado", "folder")),
    default=None,
    help="How instances are asked for; default: get, or wado with --dicomweb.",
)
@click.option("--move-port", type=click.IntRange(0, 65535), default=0, help="Port that C-MOVE sends to; default: free.")
@click.option("--move-aet", metavar="AET", help="AE title under which the archive knows us; default: --calling.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the archive writes its files, for folder."
)
@click.option("--other-syntaxes", is_flag=True, help="Ask for everything, not only some, in Implicit and Explicit VR.")
@click.option("--commitment", is_flag=True, help="Ask for storage commitment; reports may come to --move-port.")
@click.option("--dicomweb", metavar="URL", help="Store with STOW-RS and get back with WADO-RS at this address.")
@click.option("--tls-ca", type=click.Path(path_type=Path), metavar="PEM", help="TLS: whom to trust.")
@click.option("--tls-certificate", type=click.Path(path_type=Path), metavar="PEM", help="TLS: our certificate.")
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="PEM", help="TLS: the key of it.")
@click.option("--key", type=click.Path(path_type=Path), metavar="PEM", help="RSA key that signs what is stored.")
@click.option("--certificate", type=click.Path(path_type=Path), metavar="PEM", help="Certificate over that key.")
@click.option("--use-test-pki", is_flag=True, help="Sign with the published test key, also on another machine.")
@click.option("--exhaustive", is_flag=True, help="Every fixture, MAC algorithm, profile and encoding: thousands.")
@click.option("--intrusive", is_flag=True, help="Also store again under a UID that is there, floods and large objects.")
@click.option(
    "--tamper",
    type=click.Choice(("bit", "blob", "strip", "splice", "all")),
    multiple=True,
    help="Alter instances on the way there, and see who notices; may be repeated. A proxy of ours does it before the "
    "archive; over the web and over TLS they are altered before they are sent.",
)
@click.option(
    "--at-rest",
    metavar="URL|here",
    help="Alter instances of this run in the store, by the REST interface of an Orthanc at this address; here: in an "
    "archive of dicomsig. No other instance is touched.",
)
@click.option(
    "--timeout", default=30.0, show_default=True, type=click.FloatRange(0.05, 3600), help="Seconds for an answer."
)
@only_option
@edition_options
@report_options
@click.option("--list", "list_only", is_flag=True, help="Name the archives of dicomsig, right and wrong ones, and end.")
def command(list_only: bool, **options: object) -> int:
    """Store signed instances in an archive, get them back, and judge what came back.

    Without HOST:PORT an archive in this process is judged, with impostor:NAME one that is wrong in a known way. What
    was stored stays there: its studies name themselves a test, and their UIDs are listed above the verdict.

    Exit code: 0 passed; 1 a fail; 2 usage; 3 the archive could not be exercised; 4 stale deviations; 5 no fail, but
    something is inconclusive; 70 internal error; 130 interrupted.
    """
    if list_only:
        from dicomsig.impostors.archives.registry import described_archives

        for name, does in described_archives():
            click.echo(f"{name}\t{does}")
        return 0
    from dicomsig.cli.archiving import ArchiveOptions, run_of

    return run_of(ArchiveOptions(**options)).run()  # type: ignore[arg-type]
