"""The engine: templates of a county, what happens when they are broken, what is named to whom."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.unprintable import Unprintable
from kiosk.papers.compose import Paper, PaperError, Template, Typesetter
from kiosk.papers.form_paper import form_paper

DATED = "#set document(date: datetime(year: 2000, month: 1, day: 1))\n"
OWN = DATED + '#set text(font: "Noto Sans SC")\n#let d = json(bytes(sys.inputs.paper))\n#d.title'


def paper(title: str = "标题") -> Paper:
    row = {"label": "姓名", "value": title}
    return Paper(Template.GUIDE, title, {"title": title, "rows": [row]})


def test_a_template_of_the_county_is_taken_first(tmp_path: Path) -> None:
    (tmp_path / "guide.typ").write_text(OWN)
    own = Typesetter(tmp_path)
    made = own.pdf(paper())
    assert made.startswith(b"%PDF")
    (tmp_path / "guide.typ").write_text(OWN + "\n#pagebreak()\n再一页")
    assert len(own.pictures(paper())) == 2, "a template that was changed counts at once"


@pytest.mark.logs_expected
def test_a_broken_template_of_the_county_gives_way_to_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "form.typ").write_text("#panic(json(bytes(sys.inputs.paper)).title)")
    own = Typesetter(tmp_path)
    form = form_paper(replace(next(iter(packaged_catalog())), title="秘密"), filled=False)
    assert own.pdf(form) == Typesetter().pdf(form)
    assert "form.typ" in caplog.text
    assert "秘密" not in caplog.text
    [(file, why)] = own.broken_templates({Template.FORM: form})
    assert file == "form.typ"
    assert "panicked" in why
    (tmp_path / "form.typ").write_text(f"{OWN}.zh")
    assert own.pdf(form) != Typesetter().pdf(form)
    assert own.broken_templates({Template.FORM: form}) == ()


def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "templates"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("x")
    (inside / "guide.typ").write_text(OWN + '\n#read("../secret.txt")')
    assert Typesetter(inside).broken_templates({Template.GUIDE: paper()})


def test_a_missing_glyph_is_named_with_its_field_but_not_in_the_message() -> None:
    with pytest.raises(PaperError) as caught:
        Typesetter().pdf(paper("王\U000322a3"))
    assert Unprintable("姓名", "\U000322a3") in caught.value.missing
    assert "\U000322a3" not in str(caught.value)
    assert "\U000322a3" not in repr(caught.value.missing)
