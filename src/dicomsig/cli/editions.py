"""``dicomsig editions``: what signatures have to cover by edition, for one SOP Class or as lists of modules."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from dicomsig.conformance.edition_changes import Changed
    from dicomsig.conformance.sop_classes import SopClass

_PROFILES: Final = ("creator", "authorization", "structured-report")
_MOST_NAMED: Final = 6
_WIDTH: Final = 14
_INDENT: Final = 2 + _WIDTH + len("not due  ")
_LONGEST_LINE: Final = 118
_TOGETHER: Final = "\N{NO-BREAK SPACE}"
"""Between a name and its tag, until the lines are broken."""


@click.command("editions")
@click.argument("sop_class_name", metavar="[SOP-CLASS]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
def command(sop_class_name: str | None, *, as_json: bool) -> int:
    """Say what signatures have to cover, and in which edition of the standard that changed.

    SOP-CLASS is a UID or a name such as "CT Image Storage", or some of its words where they mean no other one; with it
    the changes are those of single elements, without it those of the lists of PS3.15 C.2 to C.4.
    """
    from dicomsig.conformance.edition_changes import element_changes, list_changes
    from dicomsig.conformance.names import ConformanceInputError
    from dicomsig.conformance.reports import is_report
    from dicomsig.conformance.sop_classes import sop_class

    try:
        found = sop_class(sop_class_name) if sop_class_name is not None else None
    except ConformanceInputError as error:
        raise click.UsageError(str(error)) from None
    changes: dict[str, list[Changed]] = {}
    for profile in _PROFILES:
        if found is None:
            changes[profile] = list(list_changes(profile))
        elif profile != "structured-report" or is_report(found.uid):
            changes[profile] = list(element_changes(profile, found.uid, verified=True))
    if as_json:
        click.echo(json.dumps(_document(found, changes), indent=1))
    else:
        for line in _lines(found, changes):
            click.echo(line)
    return 0


def _document(found: "SopClass | None", changes: "dict[str, list[Changed]]") -> dict[str, Any]:
    from dicomsig.conformance.editions import edition, profile_data
    from dicomsig.conformance.profile_lists import CLAUSES
    from dicomsig.encoding.tags import format_tag

    return {
        "sop_class": None if found is None else {"uid": found.uid, "name": found.name, "iod": found.iod},
        "editions": [
            {"edition": label, "mac_algorithms": edition(label).mac_algorithms, "note": edition(label).note}
            for label in profile_data()["editions"]
        ],
        "profiles": [
            {
                "profile": profile,
                "clause": f"PS3.15 {CLAUSES[profile]}",
                "changes": [
                    {
                        "edition": each.moment.label,
                        "after": each.moment.after,
                        "state": each.state.value,
                        "tag": "" if each.tag is None else format_tag(each.tag),
                        "name": each.name,
                        "module": each.module,
                        "why": each.why,
                    }
                    for each in of_profile
                ],
            }
            for profile, of_profile in changes.items()
        ],
    }


def _lines(found: "SopClass | None", changes: "dict[str, list[Changed]]") -> Iterator[str]:
    from dicomsig.conformance.editions import DEFAULT, edition, profile_data
    from dicomsig.conformance.names import printable
    from dicomsig.conformance.profile_lists import CLAUSES

    read: list[str] = profile_data()["editions"]
    if found is not None:
        yield f"{found.name or 'A SOP Class that is private or not known'}  {printable(found.uid)}"
        yield ""
    yield f"Editions read: {', '.join(read)}; judged by unless told otherwise: {DEFAULT}"
    yield ""
    yield "due      has to be signed where it is present; SOP Class UID and SOP Instance UID always"
    yield "not due  need not be signed any more"
    yield "open     the texts that were read do not say: left unsigned it is inconclusive and never a fail;"
    yield f"         so is whatever is judged by an edition before {read[0]} or after {read[-1]}"
    yield ""
    yield "MAC algorithms (PS3.15 C.1)"
    for algorithms, labels in groupby(read, key=lambda label: edition(label).mac_algorithms):
        yield f"  {next(labels):<{_WIDTH}}{', '.join(algorithms)}"
    for profile, of_profile in changes.items():
        yield ""
        yield f"{profile} (PS3.15 {CLAUSES[profile]})"
        yield from _profile_lines(of_profile)
        if profile == "structured-report":
            yield from _verification_lines()
    if found is not None and not found.iod:
        yield ""
        yield "Its modules are not known: UIDs and equipment are due, everything else gives a warning at most."


def _profile_lines(changes: "Iterable[Changed]") -> Iterator[str]:
    last = ""
    for (moment, state, heading, why), group in groupby(sorted(changes, key=_order), key=_likeness):
        alike = list(group)
        names = list(dict.fromkeys(_name(each) for each in alike))
        whole_modules = alike[0].tag is None or not heading
        shown = ", ".join(names)
        if len(names) > _MOST_NAMED and not whole_modules:
            shown = f"{len(names)} elements, such as {', '.join(names[:3])}"
        of_module = f"{heading}: " if heading else ""
        because = f" ({why})" if why else ""
        start = f"  {moment if moment != last else '':<{_WIDTH}}{state:<8} "
        yield from _broken(f"{start}{of_module}{shown}{because}")
        last = moment


def _broken(line: str) -> Iterator[str]:
    """Lines that fit, those after the first under the names; a tag stays beside its name."""
    indent = " " * _INDENT
    for part in textwrap.wrap(line, _LONGEST_LINE, subsequent_indent=indent, break_on_hyphens=False):
        yield part.replace(_TOGETHER, " ")


def _likeness(each: "Changed") -> tuple[str, str, str, str]:
    """What one line has in common; of the reasons only those that say more than that nobody saw it."""
    telling = each.why if each.why.startswith(("it went", "the plural")) else ""
    return str(each.moment), each.state.value, _heading(each), telling


def _order(each: "Changed") -> tuple[str, bool, str, str, str]:
    return each.moment.label, each.moment.after, *_likeness(each)[1:]


def _heading(each: "Changed") -> str:
    """The module of an element; nothing for an element that the list names by itself, and for a whole module."""
    return f"{each.module} Module" if each.tag is not None and each.module and not each.named_alone else ""


def _name(each: "Changed") -> str:
    from dicomsig.encoding.tags import format_tag

    if each.tag is None:
        return each.name
    shown = format_tag(each.tag)
    if each.tag >> 24 in (0x50, 0x60):
        shown = f"{shown[:3]}xx{shown[5:]}"
    return f"{each.name}{_TOGETHER}{shown}"


def _verification_lines() -> Iterator[str]:
    from dicomsig.conformance.profile_lists import list_items

    names = ", ".join(item.keyword for item in list_items("structured-report") if item.verified)
    yield from _broken(f"  {'':<{_WIDTH}}of a verified report, in its verification signature alone: {names}")
