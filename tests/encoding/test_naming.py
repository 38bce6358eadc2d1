"""Many names take one line: the first few, and how many more there are."""

from dicomsig.encoding import tags
from dicomsig.encoding.naming import listed


def test_five_names_stand_whole() -> None:
    """Up to five names are all there, and nothing follows them."""
    assert listed("abcde") == "a, b, c, d, e"
    assert listed(()) == ""


def test_of_more_the_number_is_told() -> None:
    """Beyond five, or beyond what the caller wants, the number of the others is told."""
    assert listed("abcdef") == "a, b, c, d, e and 1 more"
    assert listed("abcdef", most=1) == "a and 5 more"


def test_things_are_named_by_the_caller() -> None:
    """Things are shown by the name that the caller gives them, and only those shown are asked for one."""
    asked: list[int] = []

    def name(tag: int) -> str:
        asked.append(tag)
        return tags.format_tag(tag)

    assert listed([tags.PIXEL_DATA, tags.SOP_CLASS_UID], name, most=1) == "(7FE0,0010) and 1 more"
    assert asked == [tags.PIXEL_DATA]
