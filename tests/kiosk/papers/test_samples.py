"""A county's templates are tried with invented papers, and named where they fail."""

from pathlib import Path

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.finding import said
from kiosk.papers.compose import Template, Typesetter
from kiosk.papers.samples import sample_papers, template_finding

ITEM = next(iter(packaged_catalog()))


def test_every_sample_can_be_set_by_our_own_templates() -> None:
    setter = Typesetter()
    for paper in sample_papers(ITEM).values():
        assert setter.pdf(paper).startswith(b"%PDF")


def test_there_is_a_sample_of_every_template() -> None:
    assert set(sample_papers(ITEM)) == set(Template)


def test_a_broken_entrustment_and_trial_page_are_named_too(tmp_path: Path) -> None:
    for template in (Template.ENTRUSTMENT, Template.TRIAL):
        (tmp_path / template).write_text("#let x = ", "utf-8")
    told = template_finding(ITEM, Typesetter(tmp_path)).sentences
    assert {str(one.parts.get("text", "")).partition(":")[0] for one in told} == {
        *("entrustment.typ", "trial.typ", ""),
    }


def test_what_a_county_has_replaced_is_counted_and_what_is_broken_is_named(tmp_path: Path) -> None:
    setter = Typesetter(tmp_path)
    assert template_finding(ITEM, setter).sentences == (said("templates_ours"),)
    ours = Path("kiosk/papers") / Template.SLIP
    (tmp_path / Template.SLIP).write_text(ours.read_text("utf-8"), "utf-8")
    assert template_finding(ITEM, setter).fine
    [told] = template_finding(ITEM, setter).sentences
    assert told.parts["count"] == 1
    (tmp_path / Template.SLIP).write_text("#let x = ", "utf-8")
    broken = template_finding(ITEM, setter)
    assert not broken.fine
    assert "slip.typ" in str(broken.sentences[0].parts["text"])
