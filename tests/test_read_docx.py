import io
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from reading_rules import blocks, check_spans, outline
from strategy_qa.corpus.readers import read_document
from strategy_qa.errors import EncryptedFileError, ReadError, UnsupportedFileError
from strategy_qa.types import BlockKind, Document


def save(folder: Path, word: object, name: str = "memo.docx") -> Path:
    path = folder / name
    word.save(str(path))  # type: ignore[attr-defined]
    return path


def read(path: Path) -> Document:
    return check_spans(read_document(path))


def test_styles_lists_and_tables_in_order(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Estrategia", 0)
    word.add_heading("Primera parte", 1)
    word.add_paragraph("Un párrafo.")
    word.add_paragraph("uno", style="List Bullet")
    word.add_paragraph("dos", style="List Bullet 2")
    word.add_paragraph("tres", style="List Number")
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Sector", "Empleos", "Salud", "1,200"], strict=True):
        cell.text = text
    word.add_paragraph("Cierre.")
    assert outline(read(save(tmp_path, word))) == [
        ("heading", 1, "Estrategia"),
        ("heading", 1, "Primera parte"),
        ("paragraph", 0, "Un párrafo."),
        ("list_item", 1, "- uno"),
        ("list_item", 2, "- dos"),
        ("list_item", 1, "1. tres"),
        ("table", 0, "Sector: Salud; Empleos: 1,200"),
        ("paragraph", 0, "Cierre."),
    ]


def test_merged_cells_are_given_once(tmp_path: Path) -> None:
    word = docx.Document()
    table = word.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Both"
    table.cell(0, 2).text = "Right"
    for at, text in enumerate("abc"):
        table.cell(1, at).text = text
    assert blocks(read(save(tmp_path, word))) == ["Both | Right\na | b | c"]


def test_inserted_text_stays_and_deleted_text_goes(tmp_path: Path) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Base ")._p
    for tag, part, text in (("w:ins", "w:t", "inserted"), ("w:del", "w:delText", "deleted")):
        change, run, leaf = (OxmlElement(name) for name in (tag, "w:r", part))
        leaf.text = text
        run.append(leaf)
        change.append(run)
        paragraph.append(change)
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(content)
    paragraph.addnext(control)
    inner = docx.Document().add_paragraph("In a content control")._p
    content.append(inner)
    assert blocks(read(save(tmp_path, word))) == ["Base inserted", "In a content control"]


def test_raised_type_never_becomes_part_of_a_figure(tmp_path: Path) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("In all 9.8")
    paragraph.add_run("1").font.superscript = True
    paragraph.add_run(" million and CO")
    paragraph.add_run("2").font.subscript = True
    assert blocks(read(save(tmp_path, word))) == ["In all 9.8 1 million and CO2"]


def test_properties_fill_the_source(tmp_path: Path) -> None:
    word = docx.Document()
    word.core_properties.title = "Plan nacional"
    word.core_properties.created = datetime(2019, 4, 1)
    word.add_paragraph("El plan nacional de inteligencia artificial se publica hoy.")
    source = read(save(tmp_path, word)).source
    assert (source.title, source.year, source.language) == ("Plan nacional", 2019, "es")


def test_a_template_date_is_no_year(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Some text stands here.")
    assert read(save(tmp_path, word)).source.year is None


def test_a_document_without_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="holds no text"):
        read(save(tmp_path, docx.Document()))


def test_damaged_and_foreign_archives(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Text")
    data = save(tmp_path, word).read_bytes()
    path = tmp_path / "cut.docx"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ReadError, match="damaged"):
        read(path)
    path.write_bytes(b"no archive at all")
    with pytest.raises(ReadError, match="damaged"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(UnsupportedFileError, match="not a Word document"):
        read(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 120_000_000)
    path = tmp_path / "bomb.docx"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(ReadError, match="unpacks to"):
        read(path)


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("MARK")
    source = save(tmp_path, word)
    hostile = tmp_path / "hostile.docx"
    secret = tmp_path / "secret"
    secret.write_text("top secret")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(hostile, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "word/document.xml":
                entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
                data = data.replace(b"<w:document", entity + b"<w:document", 1)
                data = data.replace(b"MARK", b"MARK &x;")
            new.writestr(item, data)
    assert blocks(read(hostile)) == ["MARK"]


def test_an_office_file_under_a_password(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
    path = tmp_path / "locked.docx"
    path.write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(EncryptedFileError):
        read(path)
    path.write_bytes(ole)
    with pytest.raises(UnsupportedFileError, match="old Office"):
        read(path)


def test_footnotes_follow_the_text(tmp_path: Path) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    word = docx.Document()
    word.add_paragraph("Text with a note.")
    space = qn("w:p")[1 : qn("w:p").index("}")]
    xml = (
        f'<w:footnotes xmlns:w="{space}"><w:footnote><w:p><w:r><w:t>The note.</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    part = Part(PackURI("/word/footnotes.xml"), "application/xml", xml.encode(), word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document = read(save(tmp_path, word))
    assert blocks(document, BlockKind.FOOTNOTE) == ["The note."]
