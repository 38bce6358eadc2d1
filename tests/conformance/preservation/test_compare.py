"""Each way in which an instance can come back changed is told apart, and its place is named."""

import pytest

from dicomsig.conformance.preservation.compare import compare
from dicomsig.conformance.preservation.differences import NEUTRAL, Difference, Kind
from dicomsig.encoding import tags
from dicomsig.encoding.instance import instance_of
from dicomsig.encoding.syntaxes import (
    DEFLATED,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    RLE,
)
from dicomsig.vectors.edits import altered, at, dropped, edited, emptied, in_items, in_vr, put, revalued
from dicomsig.vectors.forge import Forgery, signed
from dicomsig.vectors.instances import committed_path, instances
from dicomsig.vectors.nodes import Form, Fragments, Leaf, Sequence, encode_instance
from dicomsig.vectors.reading import nodes_of

PATIENT_NAME, PATIENT_ID, SPACING, WINDOW = 0x00100010, 0x00100020, 0x00280030, 0x00281050
CONTENT = 0x0040A730
NATIVE = Form()


def content(name):
    return nodes_of(instance_of(committed_path(name).read_bytes()))


def syntax_of(name):
    return instance_of(committed_path(name).read_bytes()).syntax


def told(before, after, *, form=NATIVE, after_form=None):
    one = instance_of(encode_instance(before, form))
    other = instance_of(encode_instance(after, after_form or form))
    return compare(one, other)


def kinds(found):
    return {each.kind for each in found}


def with_value(tag, vr, value):
    return put(Leaf(tag, vr, value))


def fragments(change):
    return altered(tags.PIXEL_DATA, lambda node: Fragments(node.tag, *change(node.offset_table, node.fragments)))


PRIVATE = (Leaf(0x00990010, "LO", b"TEST"), Leaf(0x00991001, "LO", b"kept"))
MOVED = (Leaf(0x00990011, "LO", b"TEST"), Leaf(0x00991101, "LO", b"kept"))

ONE_VALUE = {
    "padding added": (0x00081030, "LO", b"study ", b"study   ", Kind.PADDING_ADDED),
    "padding removed": (0x00081030, "LO", b"study   ", b"study ", Kind.PADDING_REMOVED),
    "padded with null bytes": (0x00081030, "LO", b"study ", b"study\0", Kind.PADDING_CHANGED),
    "padding inside": (0x00080008, "CS", b"A \\B", b"A\\B ", Kind.PADDING_CHANGED),
    "leading space of a number": (SPACING, "DS", b" 1.5\\1.5", b"1.5\\1.5 ", Kind.PADDING_CHANGED),
    "decimal string": (SPACING, "DS", b"1.50\\1.5", b"1.5\\1.5 ", Kind.NUMBER_RESPELLED),
    "exponent": (WINDOW, "DS", b"3E2 ", b"300 ", Kind.NUMBER_RESPELLED),
    "integer string": (0x00200013, "IS", b"+012", b"12", Kind.NUMBER_RESPELLED),
    "another number": (WINDOW, "DS", b"300 ", b"301 ", Kind.CHANGED),
    "no number at all": (WINDOW, "DS", b"none", b"nan ", Kind.CHANGED),
    "name delimiters": (PATIENT_NAME, "PN", b"TEST^ONLY^^^", b"TEST^ONLY ", Kind.NAME_NORMALISED),
    "another name": (PATIENT_NAME, "PN", b"TEST^ONLY", b"TEST^ONLX", Kind.CHANGED),
    "leading blank of a long text": (0x00104000, "LT", b"  text", b"text", Kind.CHANGED),
    "byte string loses its pad byte": (0x00420011, "OB", b"abc\0", b"abcd", Kind.CHANGED),
    "binary number": (0x00280010, "US", b"\x10\0", b"\x11\0", Kind.CHANGED),
    "another uid": (0x0020000D, "UI", b"2.25.735", b"2.25.736", Kind.CHANGED),
    "uid padded with a space": (0x0020000D, "UI", b"2.25.73\0", b"2.25.73 ", Kind.PADDING_CHANGED),
}


@pytest.mark.parametrize("case", ONE_VALUE)
def test_one_value_that_differs_is_told_by_its_kind(case):
    """Padding, numbers and names that mean the same are told from values that do not; the equal twin is silent."""
    tag, vr, before, after, kind = ONE_VALUE[case]
    base = content("ct")
    one, other = edited(base, [with_value(tag, vr, before)]), edited(base, [with_value(tag, vr, after)])
    found = told(one, other)
    assert [(each.kind, each.tag) for each in found] == [(kind, tag)]
    assert told(one, one).differences == ()


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (
            Difference(Kind.CHANGED, (), PATIENT_NAME, 3, 5),
            "(0010,0010) Patient's Name: value changed, byte 3 (byte 5 of",
        ),
        (
            Difference(Kind.NUMBER_RESPELLED, ((CONTENT, 1), (0x00400275, 0)), SPACING, 3),
            "/0040a730[1]/00400275[0]/(0028,0030) Pixel Spacing: the same number, spelled otherwise, byte 3",
        ),
        (
            Difference(Kind.ITEM_DROPPED, (), CONTENT, 3, index=2),
            "/0040a730[2]/ Content Sequence: item dropped, byte 3",
        ),
        (Difference(Kind.PRIVATE_DROPPED, ((CONTENT, 1),), 0x00991001, 3), "/0040a730[1]/(0099,1001): dropped, it was"),
        (Difference(Kind.TEXT_RECODED, (), 0x00080005, 3), "(0008,0005) Specific Character Set: another character set"),
    ],
)
def test_a_message_names_the_element_wherever_it_is(difference, text):
    """Path, name, what changed and the byte, in an item as in the main data set."""
    assert str(difference).startswith(text)


def test_a_text_in_another_character_set_is_recoded():
    """Latin-1 that became UTF-8 is the same text; other letters are another."""
    latin = [with_value(0x00080005, "CS", b"ISO_IR 100"), with_value(PATIENT_NAME, "PN", "MÜLLER".encode("latin-1"))]
    utf_8 = [with_value(0x00080005, "CS", b"ISO_IR 192"), with_value(PATIENT_NAME, "PN", "MÜLLER".encode())]
    wrong = [with_value(0x00080005, "CS", b"ISO_IR 192"), with_value(PATIENT_NAME, "PN", b"MOLLER")]
    base = content("ct")
    found = told(edited(base, latin), edited(base, utf_8))
    assert [(each.kind, each.tag) for each in found] == [
        (Kind.TEXT_RECODED, 0x00080005),
        (Kind.TEXT_RECODED, PATIENT_NAME),
    ]
    assert Kind.CHANGED in kinds(told(edited(base, latin), edited(base, wrong)))


def test_the_character_set_of_an_item_counts_in_the_item():
    """A text in an item is read by the character set of the item where it has one, else by the one around it."""
    name = "MÜLLER"
    plain = with_value(PATIENT_NAME, "PN", b"TEST")

    def with_item(character_set, value):
        inner = (Leaf(0x00080005, "CS", character_set), Leaf(PATIENT_NAME, "PN", value))
        return put(Sequence(0x00081140, (inner,)))

    base = content("ct")
    one = edited(base, [plain, with_item(b"ISO_IR 100", name.encode("latin-1"))])
    other = edited(base, [plain, with_item(b"ISO_IR 192", name.encode())])
    assert kinds(told(one, other)) == {Kind.TEXT_RECODED}


ELEMENTS = {
    "dropped": (dropped(SPACING), Kind.DROPPED, SPACING),
    "private dropped": (dropped(0x00991001), Kind.PRIVATE_DROPPED, 0x00991001),
    "empty dropped": (dropped(0x00081030), Kind.EMPTY_DROPPED, 0x00081030),
    "emptied": (emptied(SPACING), Kind.CHANGED, SPACING),
    "filled": (with_value(0x00081030, "LO", b"something"), Kind.CHANGED, 0x00081030),
    "added": (with_value(0x00100040, "CS", b"O"), Kind.ADDED, 0x00100040),
    "pixels OB": (in_vr(tags.PIXEL_DATA, "OB"), Kind.VR_CHANGED, tags.PIXEL_DATA),
    "private UN": (in_vr(0x00991001, "UN"), Kind.VR_UNKNOWN, 0x00991001),
}


@pytest.mark.parametrize("case", ELEMENTS)
def test_an_element_that_comes_goes_or_changes_its_vr_is_named(case):
    """The difference names the one element, and an offset on each side that has it."""
    edit, kind, tag = ELEMENTS[case]
    extra = [put(*PRIVATE, Leaf(0x00081030, "LO"))]
    base = tuple(node for node in edited(content("ct"), extra) if node.tag != 0x00100040)
    (found,) = told(base, edited(base, [edit]))
    assert (found.kind, found.tag, found.path) == (kind, tag, f"/{tags.format_tag(tag)}")
    assert (found.before is None) == (kind is Kind.ADDED)
    assert (found.after is None) == (case in ("dropped", "private dropped", "empty dropped"))
    assert found.private == (tag == 0x00991001)


def test_the_offset_is_that_of_the_first_byte_that_differs():
    """The one byte that was changed is the one that is named, in both data sets."""
    data = bytearray(committed_path("ct").read_bytes())
    instance = instance_of(bytes(data))
    pixels = next(each for each in instance.elements if each.tag == tags.PIXEL_DATA)
    place = pixels.value + pixels.length - 3
    data[place] ^= 0x10
    (found,) = compare(instance, instance_of(bytes(data)))
    assert (found.kind, found.before, found.after) == (Kind.CHANGED, place, place)
    assert f"byte {place}" in str(found)
    assert "Pixel Data" in str(found)


def test_elements_out_of_order_are_noticed():
    """The MAC follows the data set, so the order counts even where all values are the same (PS3.5 7.1)."""
    base = content("ct")
    (first, second, *rest) = base
    found = told(base, (second, first, *rest))
    assert kinds(found) == {Kind.ELEMENTS_REORDERED}


def test_a_private_block_of_another_number_is_a_moved_block():
    """The elements of a block that moved are neither lost nor new (PS3.5 7.8)."""
    base = content("ct")
    found = told(edited(base, [put(*PRIVATE)]), edited(base, [put(*MOVED)]))
    assert [each.kind for each in found] == [Kind.BLOCK_MOVED, Kind.BLOCK_MOVED]


def items(*texts):
    return tuple((Leaf(0x0040A160, "UT", text),) for text in texts)


ITEMS = {
    "reordered": ((b"one ", b"two "), (b"two ", b"one "), {Kind.ITEMS_REORDERED}),
    "dropped": ((b"one ", b"two "), (b"two ",), {Kind.ITEM_DROPPED}),
    "added": ((b"one ",), (b"zero", b"one "), {Kind.ITEM_ADDED}),
    "one of many changed": ((b"one ", b"two ", b"six "), (b"one ", b"ten ", b"six "), {Kind.CHANGED}),
    "one emptied": ((b"one ", b"two "), (b"one ", b""), {Kind.CHANGED}),
    "reordered and changed": (
        (b"a1", b"b2", b"c3"),
        (b"c3", b"b2", b"a0"),
        {Kind.ITEMS_REORDERED, Kind.ITEM_DROPPED, Kind.ITEM_ADDED},
    ),
    "first dropped and another added": ((b"a1", b"b2"), (b"b2", b"c3"), {Kind.ITEM_DROPPED, Kind.ITEM_ADDED}),
    "equal ones": ((b"one ", b"one ", b"two "), (b"one ", b"one ", b"two "), set()),
}


@pytest.mark.parametrize("case", ITEMS)
def test_items_find_each_other_by_content(case):
    """An order that changed is told from items that came, went or changed (PS3.5 7.5)."""
    before, after, expected = ITEMS[case]
    base = content("ct")
    one, other = (edited(base, [put(Sequence(CONTENT, items(*texts)))]) for texts in (before, after))
    assert kinds(told(one, other)) == expected


def test_items_that_moved_at_two_levels_are_moved_and_not_changed():
    """A sequence turned round inside items that are turned round too changes no value; one that changed is told."""

    def nested(*texts):
        return (Sequence(CONTENT, tuple((Sequence(CONTENT, items(*inner)),) for inner in texts)),)

    base = content("ct")
    one = edited(base, [put(*nested((b"a ", b"b "), (b"c ", b"d ")))])
    turned = edited(base, [put(*nested((b"d ", b"c "), (b"b ", b"a ")))])
    other = edited(base, [put(*nested((b"d ", b"c "), (b"b ", b"x ")))])
    assert kinds(told(one, turned)) == {Kind.ITEMS_REORDERED}
    assert len(told(one, turned).differences) == 3
    assert kinds(told(one, other)) - {Kind.ITEMS_REORDERED}


def test_a_difference_in_an_item_has_the_path_of_the_item():
    """Sequence and index of each level stand in the path, from 0."""
    base = edited(content("ct"), [put(Sequence(CONTENT, (items(b"a ")[0], (Sequence(CONTENT, items(b"x ", b"y ")),))))])
    change = at("/0040a730[1]/", at("/0040a730[1]/", revalued(0x0040A160, b"z ")))
    (found,) = told(base, edited(base, [change]))
    assert found.path == "/0040a730[1]/0040a730[1]/(0040,A160)"
    assert found.top == CONTENT
    assert found.under(((CONTENT, 1),)) == CONTENT
    assert found.under(((CONTENT, 1), (CONTENT, 1))) == 0x0040A160
    assert found.under(((CONTENT, 0),)) is None


ENCAPSULATED = {
    "offset table emptied": (lambda table, parts: (b"", parts), {Kind.OFFSET_TABLE}),
    "divided": (lambda table, parts: (table, (parts[0][:10], parts[0][10:], *parts[1:])), {Kind.FRAGMENTS}),
    "joined": (lambda table, parts: (table, (parts[0] + parts[1], *parts[2:])), {Kind.FRAGMENTS}),
    "one byte": (lambda table, parts: (table, (parts[0][:-2] + b"\x7f\x7f", *parts[1:])), {Kind.CHANGED}),
    "empty fragment at the end": (lambda table, parts: (table, (*parts, b"")), {Kind.FRAGMENTS}),
    "untouched": (lambda table, parts: (table, parts), set()),
}


@pytest.mark.parametrize("case", ENCAPSULATED)
def test_fragments_are_compared_by_table_division_and_bytes(case):
    """The offset table, the division and the coded bytes are three things (PS3.5 A.4, A-05)."""
    change, expected = ENCAPSULATED[case]
    base, form = content("multi-frame-rle"), Form(syntax=RLE)
    base = edited(base, [fragments(lambda table, parts: (b"\0\0\0\0", parts))])
    assert kinds(told(base, edited(base, [fragments(change)]), form=form)) == expected


def test_native_pixels_that_came_back_in_fragments_are_recoded():
    """What was coded otherwise is not compared byte by byte."""
    name = "multi-frame-rle"
    plain = edited(content(name), [altered(tags.PIXEL_DATA, lambda node: Leaf(node.tag, "OW", bytes(64)))])
    found = told(content(name), plain, form=Form(syntax=RLE), after_form=NATIVE)
    assert {Kind.PIXELS_RECODED, Kind.SYNTAX} <= kinds(found)


def test_signatures_and_parameters_are_compared_by_their_names():
    """A signature that went, came or changed is told by its UID, its parameters by their number."""
    base = content("ct")
    once = signed(Forgery(base=base))
    twice = signed(Forgery(base=once))
    assert kinds(told(once, base)) == {Kind.SIGNATURE_DROPPED, Kind.PARAMETERS_DROPPED}
    assert kinds(told(base, once)) == {Kind.SIGNATURE_ADDED, Kind.PARAMETERS_ADDED}
    assert kinds(told(once, twice)) == {Kind.SIGNATURE_ADDED, Kind.PARAMETERS_ADDED}
    assert kinds(told(twice, once)) == {Kind.SIGNATURE_DROPPED, Kind.PARAMETERS_DROPPED}
    changed = at("/fffafffa[0]/", revalued(0x04000120, lambda value: value[:-1] + b"\x55"))
    (found,) = told(twice, edited(twice, [changed]))
    assert (found.kind, found.path) == (Kind.SIGNATURE_CHANGED, "/fffafffa[0]/")
    listed = at("/4ffe0001[1]/", revalued(0x04000015, b"SHA512"))
    (found,) = told(twice, edited(twice, [listed]))
    assert (found.kind, found.path) == (Kind.PARAMETERS_CHANGED, "/4ffe0001[1]/")
    turned = in_items(tags.DIGITAL_SIGNATURES, lambda both: both[::-1])
    assert kinds(told(twice, edited(twice, [turned]))) == {Kind.ITEMS_REORDERED}
    letters = at("/fffafffa[1]/", in_vr(0x04000100, "UN"))
    assert kinds(told(twice, edited(twice, [letters]))) == {Kind.VR_UNKNOWN}


def test_a_signature_in_an_item_has_the_place_of_the_item():
    """Signatures sit in items too (PS3.3 C.12.1.1.3)."""
    base = content("sr")
    once = signed(Forgery(base=base, place="/0040a730[0]/"))
    paths = {each.path for each in told(once, base)}
    assert paths == {"/0040a730[0]/fffafffa[0]/", "/0040a730[0]/4ffe0001[0]/"}


@pytest.mark.parametrize("name", ["nested", "sr", "enhanced-ct", "every-vr", "private-elements"])
@pytest.mark.parametrize(
    "form",
    [
        Form(undefined_sequences=True, undefined_items=True),
        Form(group_lengths=True, trailing_padding=10),
        Form(file_meta=False),
    ],
    ids=["undefined-lengths", "group-lengths", "no-meta"],
)
def test_other_forms_of_the_same_content_differ_in_neutral_things_alone(name, form):
    """Length forms, group lengths, trailing padding and File Meta Information touch no value (A-27)."""
    base = content(name)
    found = told(base, base, after_form=form)
    assert kinds(found) <= NEUTRAL
    assert found.identical


@pytest.mark.parametrize("syntax", [DEFLATED, EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN])
@pytest.mark.parametrize("name", ["nested", "every-vr", "sr"])
def test_other_transfer_syntaxes_of_the_same_content_differ_in_no_value(name, syntax):
    """Byte order and missing VR letters are no change of a value; a value that does change is found there too."""
    base = content(name)
    found = told(base, base, form=NATIVE, after_form=Form(syntax=syntax))
    assert Kind.SYNTAX in found.counts
    assert kinds(found) <= {Kind.SYNTAX, Kind.FILE_META}
    other = edited(base, [with_value(PATIENT_ID, "LO", b"another")])
    assert Kind.CHANGED in kinds(told(base, other, after_form=Form(syntax=syntax)))


def test_pixels_of_8_bits_are_the_same_in_either_letters_and_byte_order():
    """OW turns with the byte order and OB does not; each side is read by its own letters (PS3.5 7.3)."""
    pixels = bytes(range(64))
    swapped = b"".join(pixels[i + 1 : i + 2] + pixels[i : i + 1] for i in range(0, 64, 2))
    base = edited(content("ct"), [put(Leaf(tags.PIXEL_DATA, "OB", pixels))])
    one = instance_of(encode_instance(base, NATIVE))
    words = edited(content("ct"), [put(Leaf(tags.PIXEL_DATA, "OW", pixels))])
    data = encode_instance(words, Form(syntax=EXPLICIT_BIG_ENDIAN))
    assert swapped in data
    assert Kind.CHANGED not in kinds(compare(one, instance_of(data)))


def test_letters_between_two_explicit_syntaxes_are_compared():
    """An archive that knows no better turns values into UN on its way; that is seen across byte orders."""
    base = edited(content("ct"), [put(*PRIVATE)])
    other = edited(base, [in_vr(0x00991001, "UN")])
    assert Kind.VR_UNKNOWN in kinds(told(base, other, after_form=Form(syntax=EXPLICIT_BIG_ENDIAN)))


def test_a_value_too_long_for_its_vr_is_marked():
    """UN is lawful where the length does not fit the letters that were lost (PS3.5 6.2.2)."""
    base = edited(content("ct"), [put(*PRIVATE)])
    long_value = edited(base, [with_value(0x00991001, "UN", b"x" * 0x10000)])
    found = [each for each in told(base, long_value) if each.kind is Kind.VR_UNKNOWN]
    assert [each.long_for_vr for each in found] == [True]


def test_another_instance_is_one_difference():
    """Where the SOP Instance UID is another, nothing else is compared."""
    found = told(content("ct"), content("mr"))
    assert kinds(found) == {Kind.OTHER_INSTANCE, Kind.FILE_META}


@pytest.mark.parametrize("name", sorted(instances(full=True)))
def test_every_committed_instance_is_identical_to_itself(name):
    """The same bytes differ in nothing, whatever they hold; nor do they when read element by element."""
    data = committed_path(name).read_bytes()
    assert compare(instance_of(data), instance_of(data)).differences == ()
    syntax = syntax_of(name)
    if not syntax.deflated and syntax is not EXPLICIT_LITTLE_ENDIAN:
        return
    form = Form(syntax=syntax, trailing_padding=4)
    other = instance_of(encode_instance(nodes_of(instance_of(data)), form))
    assert compare(instance_of(data), other).identical


def test_many_differences_are_counted_and_few_are_kept():
    """What came back may differ without end; memory does not grow with it."""
    base = content("ct")
    many = tuple(Leaf(0x00990000 + number, "LO", b"x ") for number in range(0x1000, 0x1800))
    found = told(edited(base, [put(*many)]), base)
    assert found.counts[Kind.PRIVATE_DROPPED] == len(many)
    assert len(found.differences) < 300


def test_messages_show_no_value():
    """A difference says where and how, never what."""
    base = content("ct")
    one = edited(base, [with_value(PATIENT_NAME, "PN", b"SECRET^ONE")])
    other = edited(base, [with_value(PATIENT_NAME, "PN", b"HIDDEN^TWO")])
    (found,) = told(one, other)
    assert "SECRET" not in str(found)
    assert "HIDDEN" not in str(found)
    assert "Patient's Name" in str(found)
