"""An unsigned encapsulated PDF (PS3.3 A.45.1)."""

from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, sequence

ENCAPSULATED_PDF_UID = "1.2.840.10008.5.1.4.1.1.104.1"


@instance("encapsulated-pdf")
def encapsulated_pdf() -> DataSet:
    """Encapsulated PDF of one page, of odd length (PS3.3 C.24.2)."""
    document = minimal_pdf("TEST ONLY")
    return data_set(
        common("encapsulated-pdf", ENCAPSULATED_PDF_UID),
        series("encapsulated-pdf", "DOC"),
        content_time(),
        element("AcquisitionDateTime", "20240102030405"),
        element("ConversionType", "WSD"),
        element("BurnedInAnnotation", "NO"),
        element("RecognizableVisualFeatures", "NO"),
        element("DocumentTitle", "Test document"),
        sequence("ConceptNameCodeSequence", code("11528-7", "LN", "Radiology Report")),
        element("VerificationFlag", "UNVERIFIED"),
        element("MIMETypeOfEncapsulatedDocument", "application/pdf"),
        element("EncapsulatedDocumentLength", len(document)),
        element("EncapsulatedDocument", document),
    )


def minimal_pdf(text: str) -> bytes:
    """A PDF of one page that shows ``text``; its length is odd, so that the element needs a pad byte."""
    content = f"BT /F1 12 Tf 20 60 Td ({text}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
    )
    body, offsets = "%PDF-1.4\n", []
    for number, entry in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{entry}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    body += "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    body += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return (body + " " * (1 - len(body) % 2)).encode("ascii")
