"""``dicomsig sign``: the reference signer."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dicomsig.cli.options import certificates_in, private_key_in, shown, signing_time
from dicomsig.cli.output import InputError, say
from dicomsig.cli.whole_file import check_target, whole_file

if TYPE_CHECKING:
    from dicomsig.encoding.instance import Instance
    from dicomsig.encoding.tags import Tag
    from dicomsig.signatures.signing_request import PurposeCode

_PROFILES = ("base", "creator", "authorization", "structured-report")
_ALGORITHMS = ("RIPEMD160", "MD5", "SHA1", "SHA256", "SHA384", "SHA512")
_NAMES = re.compile(r"\([^)]*\)|[0-9A-Fa-f]{4},[0-9A-Fa-f]{4}|[^\s;,]+")
"""What stands between semicolons, commas and spaces; the comma within a tag separates nothing."""


@click.command("sign")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--key", required=True, metavar="PEM", type=click.Path(path_type=Path), help="RSA key, not encrypted.")
@click.option(
    "--certificate", required=True, metavar="PEM", type=click.Path(path_type=Path), help="Certificate over that key."
)
@click.option(
    "--profile", type=click.Choice(_PROFILES), help="Sign what the profile wants signed; default: everything."
)
@click.option("--mac", default="SHA256", show_default=True, type=click.Choice(_ALGORITHMS, case_sensitive=False))
@click.option(
    "--tags",
    "tag_list",
    metavar="TAG;...",
    help="Sign these, whatever a profile wants: all, or tags and keywords, as in gggg,eeee;PixelData.",
)
@click.option("--place", default="/", show_default=True, help="The data set to sign in: / or /0040a730[2]/.")
@click.option("--purpose", metavar="CODE", help="Purpose code of CID 7007, 1 to 18; 5 is Verification Signature.")
@click.option("--datetime", "moment", metavar="ISO8601", help="Signing time with offset from UTC; default: now.")
@click.option("--uid", help="Digital Signature UID; default: a new one.")
@click.option("--edition", "edition_label", default=None, help="Edition whose lists the profile follows.")
@click.option(
    "--share-parameters", is_flag=True, help="Use MAC parameters that are there already if they are the same."
)
@click.option("--force", is_flag=True, help="Overwrite OUT.")
def command(
    source: Path,
    target: Path,
    key: Path,
    certificate: Path,
    profile: str | None,
    mac: str,
    tag_list: str | None,
    place: str,
    purpose: str | None,
    moment: str | None,
    uid: str | None,
    edition_label: str | None,
    *,
    share_parameters: bool,
    force: bool,
) -> int:
    """Add one signature to the instance IN and write it to OUT; no other byte changes.

    Without --profile and --tags everything that can be signed is signed. Elements that cannot be signed are refused by
    name.
    """
    from dicomsig.conformance.names import ConformanceInputError
    from dicomsig.crypto.digests import MacAlgorithm
    from dicomsig.encoding.findings import MalformedError
    from dicomsig.encoding.instance import open_instance
    from dicomsig.encoding.tags import parse_place
    from dicomsig.signatures.sign import sign, write
    from dicomsig.signatures.signing_request import SigningError, SigningRequest

    check_target(target, force=force)
    try:
        steps = parse_place(place)
    except ValueError as error:
        raise click.UsageError(f"--place: {error}") from None
    private_key = private_key_in("--key", key)
    signer = certificates_in("--certificate", certificate)[0]
    signed_at = signing_time(moment)
    try:
        with open_instance(source) as instance:
            request = SigningRequest(
                key=private_key,
                certificate=signer.der,
                algorithm=MacAlgorithm(mac),
                tags=_tags(instance, steps, profile, tag_list, edition_label),
                place=steps,
                purpose=_purpose(purpose or _purpose_due(instance, profile)),
                uid=uid,
                signed_at=signed_at,
                share_parameters=share_parameters,
            )
            signed = sign(instance, request)
            with whole_file(target, force=force) as out:
                write(signed, out)
    except OSError as error:
        raise InputError(f"{shown(source)}: {error.strerror or 'cannot be read'}") from None
    except (SigningError, MalformedError, ConformanceInputError) as error:
        raise InputError(f"{shown(source)}: {error}") from None
    elements = len(set(request.tags))
    say(f"{shown(target)}\t{signed.name}\t{mac}\t{elements} element{'s' * (elements != 1)}\t{signed.uid}")
    return 0


def _tags(
    instance: "Instance",
    place: "tuple[tuple[Tag, int], ...]",
    profile: str | None,
    tag_list: str | None,
    edition_label: str | None,
) -> "tuple[Tag, ...]":
    from dicomsig.conformance.editions import DEFAULT, edition
    from dicomsig.conformance.tags_to_sign import tags_to_sign
    from dicomsig.encoding import tags
    from dicomsig.signatures.macro import data_sets
    from dicomsig.signatures.tag_choice import signable_tags

    elements = dict(data_sets(instance.elements)).get(tags.format_place(place))
    if elements is None:
        raise click.UsageError(f"there is no data set at {tags.format_place(place)} that can be signed")
    if tag_list is not None and tag_list != "all":
        return tuple(_tag(each) for each in _NAMES.findall(tag_list))
    if profile is None or profile == "base" or tag_list == "all":
        return signable_tags(elements, tags.format_place(place))
    if place:
        message = f"the {profile} profile signs the main data set; give --tags for {tags.format_place(place)}"
        raise click.UsageError(message)
    return tags_to_sign(instance, profile, edition(edition_label or DEFAULT))


def _purpose_due(instance: "Instance", profile: str | None) -> str | None:
    """The purpose that goes without saying: a signature on a report states one (PS3.15 C.4)."""
    from dicomsig.conformance.reports import is_verified

    if profile != "structured-report":
        return None
    if is_verified(instance):
        return "5"
    raise click.UsageError("the structured-report profile wants a purpose; add --purpose, 1 for the author's signature")


def _tag(text: str) -> "Tag":
    from dicomsig.conformance.names import did_you_mean
    from dicomsig.encoding.tags import parse_tag

    try:
        return parse_tag(text)
    except ValueError:
        from pydicom.datadict import keyword_dict

        found = keyword_dict.get(text)
        if found is None:
            raise click.UsageError(f"{text!r} is no tag and no keyword.{did_you_mean(text, keyword_dict)}") from None
        return found


def _purpose(code: str | None) -> "PurposeCode | None":
    from dicomsig.conformance.editions import profile_data
    from dicomsig.signatures.signing_request import PurposeCode

    if code is None:
        return None
    for row in profile_data()["purpose_codes"]:
        if row["value"] == code:
            return PurposeCode(row["value"], row["scheme"], row["meaning"])
    raise click.UsageError(f"--purpose {code!r} is not a code of CID 7007; they are 1 to 18")
