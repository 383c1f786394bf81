"""A plain one-page PDF for the demo county's checklists: it says what it stands for and that it is a sample."""

from __future__ import annotations


def sample_pdf(line: str) -> bytes:
    """A valid PDF 1.4 of one page with one line of ASCII text (other characters are dropped)."""
    text = "".join(letter for letter in line if letter.isascii() and letter not in "()\\")
    stream = f"BT /F1 18 Tf 60 760 Td ({text}) Tj 0 -28 Td /F1 12 Tf (Sample paper of the demo county) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    found, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(found))
        found += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return found + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(found),
    )
