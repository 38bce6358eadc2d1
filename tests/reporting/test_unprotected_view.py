"""The page says in words for a hospital what the signatures leave open."""

from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

from dicomsig.conformance.results import Observation
from dicomsig.conformance.unprotected import CODE, unprotected
from dicomsig.encoding import tags
from dicomsig.reporting.collector import Collector
from dicomsig.reporting.html import html_page
from dicomsig.reporting.unprotected_view import unprotected_view
from dicomsig.vectors.values import tag_of
from dicomsig.vectors.views import view
from dicomsig.vectors.wrong_signers.twins import ct, of

PATIENT_NAME, SPACING = tag_of("PatientName"), tag_of("PixelSpacing")
START = '<section aria-labelledby="unprotected">'


def observed(*left_out, forgery=None):
    """The observation of an instance, a CT unless told otherwise, whose signature leaves some elements out."""
    whole = view((forgery or ct()).leaving_out(*left_out))
    return Observation("signer/file-000001", CODE, unprotected(whole).message)


def section(page):
    return unescape(page.partition(START)[2].partition("</section>")[0])


def test_each_meaning_is_counted_by_instances(document_of, case):
    """Instances are counted by what can change in them unnoticed, the elements behind it are shown on demand."""
    cases = [case(observations=[observed(PATIENT_NAME, SPACING)], number=n) for n in (1, 2)]
    document = document_of(*cases, case(observations=[observed(PATIENT_NAME)], number=3))
    shown = unprotected_view(document)
    assert [(each.meaning, each.instances) for each in shown.meanings] == [
        ("patient identity", 3),
        ("spacing and size", 2),
    ]
    assert "In 3 signed instances there are others" in shown.lead
    text = section(html_page(document))
    assert "(0028,0030) Pixel Spacing" in text
    assert '<th scope="row">patient identity</th><td class="number">3</td>' in text


def test_what_creator_leaves_open_is_said_where_creator_is_met(document_of, case, start):
    """Who relies on a met Creator profile reads that it does not protect the patient's name."""
    plain = document_of(case(observations=[observed(PATIENT_NAME)]))
    assert unprotected_view(plain).of_creator == ""
    collector = Collector(start)
    collector.file(1, "signed", "/data/1.dcm", mac_algorithms=("SHA256",), profiles_met=("creator",))
    collector.case(case(observations=[observed(PATIENT_NAME)]))
    document = collector.document(ended=datetime(2026, 1, 1, tzinfo=UTC))
    assert "leave patient name and ID open" in unprotected_view(document).of_creator
    assert "leave patient name and ID open" in section(html_page(document))


def test_content_that_no_list_knows_is_told_where_it_is_open(start, case):
    """Of a plan that meets the Creator profile a hospital reads that the plan itself is not protected."""
    for left_out, told in (((tag_of("BeamSequence"),), True), ((tag_of("PatientName"),), False)):
        collector = Collector(start)
        collector.file(1, "signed", "/data/1.dcm", mac_algorithms=("SHA256",), profiles_met=("creator",))
        collector.case(case(observations=[observed(*left_out, forgery=of("rt-plan"))]))
        document = collector.document(ended=datetime(2026, 1, 1, tzinfo=UTC))
        assert ("radiotherapy plans" in unprotected_view(document).of_creator) is told


def test_the_section_is_left_out_where_nothing_is_open(document_of, case):
    """A report on signatures that protect everything has no such section, and no link to it."""
    page = html_page(document_of(case(passed=("ps3.15-c.1-pkcs1-padding",))))
    assert START not in page
    assert "#unprotected" not in page


def test_it_is_told_once(document_of, case):
    """What the section tells is not told again among the other observations."""
    others = Observation("case", "profile-met", "met")
    page = html_page(document_of(case(observations=[observed(PATIENT_NAME), others])))
    assert page.count("Patient&#39;s Name") == 1
    assert "profile-met" in page


def test_nothing_held_is_said_so(document_of, case):
    """Where no signature holds, the section says that nothing is protected."""
    forged = replace(ct(), listed=(tags.SOP_CLASS_UID,), stream=lambda data: data + b"x")
    message = unprotected(view(forged)).message
    text = section(html_page(document_of(case(observations=[Observation("c", CODE, message)]))))
    assert "no signature of the main data set holds, so that nothing is protected" in text


def test_the_first_screen_tells_gaps_apart(start, case):
    """How many instances have gaps, those without any protection apart from open elements; no line hides another."""
    forged = replace(ct(), listed=(tags.SOP_CLASS_UID,), stream=lambda data: data + b"x")
    bare = Observation("c", CODE, unprotected(view(forged)).message)
    others = Observation("c", CODE, "1 present element is protected by no valid signature; namely: (0099,1001)")
    collector = Collector(start)
    found = [(bare,), (observed(PATIENT_NAME, SPACING),), (others,), ()]
    for number, observations in enumerate(found, 1):
        collector.file(number, "signed", mac_algorithms=("SHA256",))
        collector.case(case(observations=observations, number=number))
    shown = unprotected_view(collector.document())
    assert shown.short.startswith("In 3 of 4 signed instances something can be changed")
    assert shown.short.endswith("In the other one no gap was found.")
    assert [line.partition(":")[0] for line in shown.lines[:4]] == [
        "In 1 instance no signature of the main data set holds", *["In 1 instance not signed"] * 3,
    ]  # fmt: skip
    assert "does not require patient name and ID" in shown.lines[-1]
    assert len(shown.elements) == 2
