"""``dicomsig vectors``: list, export, rebuild and check what verifiers are fed."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dicomsig.cli.options import Command, shown
from dicomsig.cli.progress import Progress

if TYPE_CHECKING:
    from dicomsig.vectors.index import Entry

_OUTCOMES = ("valid", "invalid", "indeterminate", "unsigned", "unreadable", "acceptable")


@click.group("vectors")
def command() -> None:
    """Instances with the verdicts that the standard fixes, for anybody's verifier.

    They are built from recipes, byte for byte the same everywhere, into the user's cache (DICOMSIG_CACHE, else dicomsig
    in XDG_CACHE_HOME or ~/.cache).
    """


def _filters(function: Command) -> Command:
    """Which vectors are meant; what is given more than once may be met by any."""
    for option, help_text in (
        ("--flag", "Only those with this flag."),
        ("--family", "Only those of this family."),
        ("--requirement", "Only those that show this requirement."),
        ("--only", "Only ids like this one; * stands for anything."),
    ):
        function = click.option(option, multiple=True, help=help_text)(function)
    return click.option("--outcome", multiple=True, type=click.Choice(_OUTCOMES), help="Only those of this outcome.")(
        function
    )


@command.command("list")
@_filters
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, as the index has it.")
def list_(*, as_json: bool, **wanted: tuple[str, ...]) -> int:
    """Name each vector: id, outcome, reason, twin and title, tab-separated."""
    import json

    from dicomsig.vectors.index import row_of

    for entry in _chosen(wanted):
        vector = entry.vector
        if as_json:
            click.echo(json.dumps(row_of(entry), ensure_ascii=False))
            continue
        outcome = f"{vector.outcome} {vector.ambiguity}" if vector.outcome == "acceptable" else vector.outcome
        disputed = f" (disputed: {entry.disputed})" if entry.disputed else ""
        click.echo("\t".join((vector.id, outcome, vector.reason or "-", vector.twin or "-", vector.title + disputed)))
    return 0


@command.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@_filters
def export_(folder: Path, **wanted: tuple[str, ...]) -> int:
    """Write a folder a vector (object.dcm, vector.json, README.md) and the trust anchors into FOLDER.

    FOLDER is new or empty, or holds an earlier export of the same vectors, which is added to.
    """
    from dicomsig.cli.corpus import built_corpus
    from dicomsig.vectors.export import export

    chosen = _chosen(wanted)
    try:
        count = export(chosen, built_corpus(), folder)
    except FileExistsError as error:
        here = f"{shown(folder)} is a file; name a folder" if folder.is_file() else shown(str(error))
        raise click.UsageError(here) from None
    except OSError as error:
        raise click.UsageError(f"{shown(folder)}: {error.strerror}") from None
    click.echo(f"{count} {'vector is' if count == 1 else 'vectors are'} in {shown(folder)}")
    return 0


@command.command("rebuild")
def rebuild() -> int:
    """Build all vectors anew into the cache."""
    import shutil

    from dicomsig.cli.corpus import built_corpus
    from dicomsig.vectors.cache import place_of_corpus

    shutil.rmtree(place_of_corpus(), ignore_errors=True)
    corpus = built_corpus()
    click.echo(f"{len(list(corpus.folder.glob('*.dcm')))} vectors are in {shown(corpus.folder)}")
    return 0


@command.command("check")
def check() -> int:
    """Build all vectors into an empty folder and compare them with the index; exit code 1 when a byte differs."""
    from hashlib import sha256

    from dicomsig.vectors.cache import write_vector
    from dicomsig.vectors.corpus import vectors
    from dicomsig.vectors.index import digest_of, index

    entries = index()
    wrong = [f"{name}: in the index, and no recipe builds it" for name in entries.keys() - vectors().keys()]
    wrong += [f"{name}: built, and not in the index" for name in vectors().keys() - entries.keys()]
    with tempfile.TemporaryDirectory() as folder, Progress("built") as progress:
        for name in entries.keys() & vectors().keys():
            path = write_vector(Path(folder), name)
            if sha256(path.read_bytes()).hexdigest() != entries[name].sha256:
                wrong.append(f"{name}: built with other bytes than the index has")
            elif vectors()[name] != entries[name].vector:
                wrong.append(f"{name}: described otherwise than in the index")
            progress.step()
    for line in sorted(wrong):
        click.echo(line)
    if not wrong:
        click.echo(f"{len(entries)} vectors are as the index has them, corpus {digest_of(entries)[:16]}")
    return 1 if wrong else 0


def _chosen(wanted: dict[str, tuple[str, ...]]) -> "list[Entry]":
    """The entries that all filters let through; raises click.UsageError for a name that nothing bears."""
    from fnmatch import fnmatchcase

    from dicomsig.vectors.index import index

    entries = list(index().values())
    _known("--family", wanted["family"], {entry.vector.family for entry in entries})
    _known("--requirement", wanted["requirement"], {each for entry in entries for each in entry.vector.requirements})
    _known("--flag", wanted["flag"], {flag.value for entry in entries for flag in entry.vector.flags})
    for pattern in wanted["only"]:
        if not any(fnmatchcase(entry.vector.id, pattern) for entry in entries):
            _known("--only", (pattern,), {entry.vector.id for entry in entries})
    return [
        entry
        for entry in entries
        if (not wanted["outcome"] or entry.vector.outcome in wanted["outcome"])
        and (not wanted["family"] or entry.vector.family in wanted["family"])
        and (not wanted["requirement"] or set(entry.vector.requirements) & set(wanted["requirement"]))
        and (not wanted["flag"] or set(entry.vector.flags) & set(wanted["flag"]))
        and (not wanted["only"] or any(fnmatchcase(entry.vector.id, pattern) for pattern in wanted["only"]))
    ]


def _known(option: str, names: tuple[str, ...], known: set[str]) -> None:
    from dicomsig.conformance.names import did_you_mean, quoted

    for name in names:
        if name not in known:
            raise click.UsageError(f"{option}: no vector has {quoted(name)}.{did_you_mean(name, sorted(known))}")
