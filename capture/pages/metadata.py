"""What a PDF says of itself: XMP, colours and catalogue entries that PDF/A and PDF/UA-1 ask for."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from capture.pages.profile import Flavour
from capture.pages.textlayer import clean

PRODUCER = "Kanalarkiv"
LANGUAGE = "sv-SE"

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{created}</xmp:CreateDate><xmp:ModifyDate>{created}</xmp:ModifyDate>
<xmp:CreatorTool>{producer}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance>
</rdf:Description>{accessible}</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""

# PDF/UA's identifier is no predefined schema of PDF/A, so the file must describe it (ISO 19005-2, 6.6.2.3.3).
_ACCESSIBLE = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""


def describe(pdf: pikepdf.Pdf, *, title: str, created: datetime, flavour: Flavour) -> None:
    """Make `pdf` say that it is of `flavour`, in Swedish, with colours in sRGB.

    Args:
        pdf: the document; what it said before is replaced.
        title: shown in the window's title bar.
        created: aware; written in UTC.
        flavour: what the file claims to be.
    """
    title = clean(title)
    moment = created.astimezone(UTC)
    xmp = _XMP.format(
        title=escape(title),
        language=LANGUAGE,
        producer=PRODUCER,
        created=moment.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        part=flavour.part,
        level=flavour.level,
        accessible=_ACCESSIBLE if flavour.accessible else "",
    )
    root = pdf.Root
    root.Metadata = pdf.make_indirect(Stream(pdf, xmp.encode(), Type=Name.Metadata, Subtype=Name.XML))
    root.Lang = String(LANGUAGE)
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.OutputIntents = Array([_srgb(pdf)])
    date = moment.strftime("D:%Y%m%d%H%M%S+00'00'")
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(title), Creator=PRODUCER, Producer=PRODUCER, CreationDate=String(date), ModDate=String(date)
        )
    )


def disclaim(path: Path) -> None:
    """Let a file no longer say that it is PDF/A or PDF/UA: it was refused."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        if "/Metadata" in pdf.Root:
            del pdf.Root.Metadata
        if "/OutputIntents" in pdf.Root:
            del pdf.Root.OutputIntents
        pdf.save(path, deterministic_id=True)


def _srgb(pdf: pikepdf.Pdf) -> Dictionary:
    profile = files("pikepdf").joinpath("pdfa", "data", "sRGB.icc").read_bytes()
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=pdf.make_indirect(Stream(pdf, profile, N=3)),
    )
