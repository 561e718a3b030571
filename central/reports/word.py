"""A report as a Word document (ISO/IEC 29500, WordprocessingML): headings, figures and tables an office can edit.

Written by hand: six small parts in a ZIP; the library for it would bring an XML toolkit along for nothing else.
"""

import io
import zipfile
from typing import Final
from xml.sax.saxutils import escape

from central.reports.document import Document, Part, told
from central.reports.setting import facts_of

_SPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
_STYLES: Final = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles xmlns:w="{_SPACE}"><w:docDefaults>'
    '<w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="SimSun"/><w:sz w:val="21"/></w:rPr>'
    "</w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:rPr><w:b/><w:sz w:val="40"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:keepNext/>'
    '<w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="28"/></w:rPr>'
    "</w:style></w:styles>"
)


def docx(document: Document) -> bytes:
    """The same report as a .docx."""
    head = [_line(document.office, centred=True), _line(document.title, style="Title")]
    head += [_line(document.period, centred=True), _table([list(pair) for pair in facts_of(document)], head=False)]
    body = "".join([*head, *(_part(part) for part in document.parts)])
    wide = ' w:w="16838" w:h="11906" w:orient="landscape"' if any(len(p.columns) > 8 for p in document.parts) else ""
    page = wide or ' w:w="11906" w:h="16838"'
    margins = '<w:pgMar w:top="1134" w:bottom="1134" w:left="1134" w:right="1134"/>'
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{_SPACE}"><w:body>{body}'
        f"<w:sectPr><w:pgSz{page}/>{margins}</w:sectPr></w:body></w:document>"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format(kind="officeDocument", target="word/document.xml"))
        archive.writestr("word/_rels/document.xml.rels", _RELATIONS.format(kind="styles", target="styles.xml"))
        archive.writestr("word/styles.xml", _STYLES)
        archive.writestr("word/document.xml", xml)
    return held.getvalue()


def _part(part: Part) -> str:
    found = [_line(part.title, style="Heading1")]
    if part.note:
        found.append(_line(part.note))
    if part.figures:
        rows = [["指标", "数值", "n", "口径"]]
        rows += [[one.title, one.value, told(one.n), one.means] for one in part.figures]
        found.append(_table(rows))
    if part.columns and part.rows:
        found.append(
            _table([[one.title for one in part.columns], *([told(cell) for cell in row] for row in part.rows)])
        )
    elif part.columns:
        found.append(_line(part.empty))
    return "".join(found)


def _line(text: str, style: str = "", *, centred: bool = False, bold: bool = False) -> str:
    shape = f'<w:pStyle w:val="{style}"/>' if style else ""
    shape += '<w:jc w:val="center"/>' if centred else ""
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    words = f'<w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f"<w:p>{f'<w:pPr>{shape}</w:pPr>' if shape else ''}{words}</w:p>"


def _table(rows: list[list[str]], *, head: bool = True) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="8C9BB5"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    found = [f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{sides}</w:tblBorders></w:tblPr>']
    found.append(f"<w:tblGrid>{'<w:gridCol/>' * len(rows[0])}</w:tblGrid>")
    for at, row in enumerate(rows):
        first = head and at == 0
        shape = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if first else "<w:trPr><w:cantSplit/></w:trPr>"
        cells = "".join(f"<w:tc>{_line(cell, bold=first)}</w:tc>" for cell in row)
        found.append(f"<w:tr>{shape}{cells}</w:tr>")
    return "".join([*found, "</w:tbl>", "<w:p/>"])
