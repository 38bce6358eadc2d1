"""``dicomsig requirements [ID…]``: what the standard asks, why it matters, and what shows that it is broken."""

from typing import TYPE_CHECKING

import click

from dicomsig.cli.output import say, say_bytes
from dicomsig.conformance.names import UnknownName, did_you_mean, quoted

if TYPE_CHECKING:
    from dicomsig.conformance.register import Requirement


@click.command("requirements")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--profile", metavar="NAME", help="Only those of a profile, or of macro.")
@click.option("--actor", metavar="NAME", help="Only those that bind a kind of product: signer, verifier, archive…")
@click.option("--search", metavar="TEXT", help="Only those with this text in id, clause or summary.")
@click.option("--json", "as_json", is_flag=True, help="Write them to stdout as JSON.")
def command(ids: tuple[str, ...], profile: str | None, actor: str | None, search: str | None, *, as_json: bool) -> int:
    """Explain the requirements with these IDs, or list all: id, clause, strength and what each asks.

    The list has one line for each, tab-separated.

    Exit code: 0; 1 nothing is all that was asked for; 2 usage.
    """
    from dicomsig.conformance.register import register

    rows = list(register().values())
    try:
        chosen = [register().get(each) for each in ids] or rows
    except UnknownName as error:
        raise click.UsageError(str(error)) from None
    for option, value, of in (("--profile", profile, "profile"), ("--actor", actor, "actor")):
        if value is not None:
            known = dict.fromkeys(getattr(row, of) for row in rows)
            if value not in known:
                hint = did_you_mean(value, known)
                raise click.UsageError(f"{option} {quoted(value)} is unknown.{hint} Known are {', '.join(known)}.")
            chosen = [row for row in chosen if getattr(row, of) == value]
    if search is not None:
        wanted = search.casefold()
        chosen = [row for row in chosen if any(wanted in text.casefold() for text in (row.id, row.clause, row.summary))]
    if as_json:
        _say_json(chosen)
    elif ids:
        for number, row in enumerate(chosen):
            _say_entry(row, first=not number)
    else:
        for row in chosen:
            say("\t".join((row.id, row.clause, row.strength, row.summary)))
    return 0 if chosen else 1


def _say_json(rows: "list[Requirement]") -> None:
    import msgspec

    from dicomsig.reporting.requirement_entries import entry

    say_bytes(msgspec.json.format(msgspec.json.encode([entry(row) for row in rows]), indent=2) + b"\n")


def _say_entry(row: "Requirement", *, first: bool) -> None:
    from dicomsig.reporting.requirement_entries import entry

    found = entry(row)
    say(("" if first else "\n") + row.id)
    lines = [
        ("asks", row.summary),
        ("why", found.why),
        ("clause", f"{row.clause}, {found.editions}"),
        ("weight", f"{row.strength}: {found.weight}"),
        ("binds", found.actor),
        ("profile", found.profile),
        ("tested", row.test),
        *((point.id, f"{point.question} {point.judgement}") for point in found.points),
        *(("reason", f"{each.code}: {each.text}") for each in found.reasons),
        *(("breaks", f"wrong signer {each.name}: {each.what}") for each in found.wrong_signers),
        *(("breaks", f"wrong verifier {each.name}: {each.what}") for each in found.impostors),
        *(("breaks", f"wrong archive {each.name}: {each.what}") for each in found.archives),
        *(("vector", f"{each.name}: {each.what}") for each in found.vectors),
    ]
    for label, text in lines:
        if text:
            say(click.wrap_text(text, width=110, initial_indent=f"  {label:8} ", subsequent_indent=" " * 11))
