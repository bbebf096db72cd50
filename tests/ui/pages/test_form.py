"""The form: every kind of answer, complaints beside the field, and nothing left behind."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.answers import LONG_TERM, complaint_about
from kiosk.domain.service_item import FieldType
from kiosk.flow.steps import Step
from tests.ui.specimens import CARD, NAME, NUMBER, SITE, SOCIAL_CARD, item
from tests.ui.visits import Shown, all_words, settle, shown
from ui.pages.form import FormPage
from ui.widgets.field_choice import ChoiceChips, LongChoiceField
from ui.widgets.field_consent import ConsentRow
from ui.widgets.field_date import DateField
from ui.widgets.field_digits import DigitsField
from ui.widgets.field_division import DivisionField
from ui.widgets.field_table import TableField
from ui.widgets.field_text import LongTextField, TextField


@pytest.fixture
def form(qtbot: QtBot, request: pytest.FixtureRequest) -> Shown[FormPage]:
    it = shown(FormPage, getattr(request, "param", "pension_enroll"), Step.FORM)
    qtbot.addWidget(it.desk)
    return it


def press(form: Shown[FormPage], key: str, characters: str) -> None:
    control = form.page.cards[key].control
    assert isinstance(control, DigitsField)
    control.button.click()
    for character in characters:
        form.page.dock.keypad.keys[character].click()


def test_what_the_card_says_is_shown_and_not_asked(form: Shown[FormPage]) -> None:
    words = set(all_words(form.page.from_card))
    assert {NAME, "女", "朝鲜族", "1949年12月31日", "长期", "来自您的身份证"} <= words
    assert "110105********002X" in words
    assert NUMBER not in words
    assert "applicant_name" not in form.page.cards


def test_what_a_social_security_card_lacks_is_asked(qtbot: QtBot) -> None:
    form = shown(FormPage, "pension_enroll", Step.FORM, card=SOCIAL_CARD)
    qtbot.addWidget(form.desk)
    assert {"applicant_nation", "applicant_birth", "applicant_id_addr"} <= set(form.page.cards)
    assert isinstance(form.page.cards["applicant_nation"].control, LongChoiceField)


def test_a_mobile_number_is_typed_on_large_keys_and_shown_in_groups(form: Shown[FormPage]) -> None:
    press(form, "contact_mobile", "13800138000")
    control = form.page.cards["contact_mobile"].control
    assert isinstance(control, DigitsField)
    assert control.button.text() == "138 0013 8000"
    assert form.flow.view.answers["contact_mobile"] == "13800138000"
    form.page.dock.keypad.keys["1"].click()
    assert form.flow.view.answers["contact_mobile"] == "13800138000"  # no twelfth digit
    form.page.dock.keypad.keys["erase"].click()
    assert form.flow.view.answers["contact_mobile"] == "1380013800"
    form.page.dock.keypad.keys["empty"].click()
    assert form.flow.view.answers["contact_mobile"] == ""


def test_the_keys_appear_for_the_touched_field_and_go_again(form: Shown[FormPage]) -> None:
    assert not form.page.dock.isVisible()
    press(form, "contact_mobile", "1")
    assert form.page.dock.isVisible()
    form.page.dock.done.click()
    assert not form.page.dock.isVisible()
    assert form.page.dock.served is None


def test_answering_another_question_puts_the_keys_away(form: Shown[FormPage]) -> None:
    press(form, "contact_mobile", "138")
    control = form.page.cards["reg_type"].control
    assert isinstance(control, ChoiceChips)
    control.chips["农业"].click()
    assert form.page.dock.served is None
    assert form.flow.view.answers["contact_mobile"] == "138"


def test_long_term_puts_the_wheels_away_so_that_they_cannot_overwrite_it(qtbot: QtBot) -> None:
    form = shown(FormPage, "pension_enroll", Step.FORM, card=SOCIAL_CARD)
    qtbot.addWidget(form.desk)
    key = next(
        key
        for key, card in form.page.cards.items()
        if isinstance(card.control, DateField) and card.control.kind is FieldType.DATE_OR_LONG
    )
    control = form.page.cards[key].control
    assert isinstance(control, DateField)
    control.button.click()
    control.long_term.click()
    form.page.dock.done.click()
    assert form.flow.view.answers[key] == LONG_TERM


def test_a_wrong_mobile_number_is_called_wrong_at_its_last_digit(form: Shown[FormPage]) -> None:
    press(form, "contact_mobile", "2380013800")
    assert form.page.cards["contact_mobile"].feedback == ""
    press(form, "contact_mobile", "0")
    assert form.page.cards["contact_mobile"].feedback == form.texts.say("complaint.mobile")


def test_one_chip_is_chosen_at_a_time(form: Shown[FormPage]) -> None:
    control = form.page.cards["reg_type"].control
    assert isinstance(control, ChoiceChips)
    control.chips["农业"].click()
    control.chips["居民"].click()
    assert form.flow.view.answers["reg_type"] == "居民"
    control.chips["居民"].click()  # required: a second touch changes nothing
    assert form.flow.view.answers["reg_type"] == "居民"
    assert [chip.isChecked() for chip in control.chips.values()] == [False, False, True]


@pytest.mark.parametrize("form", ["dibao_apply"], indirect=True)
def test_several_chips_are_joined_in_the_order_of_the_catalogue(form: Shown[FormPage]) -> None:
    control = form.page.cards["apply_reason"].control
    assert isinstance(control, ChoiceChips)
    for reason in ("残疾", "疾病", "教育", "教育"):
        control.chips[reason].click()
    assert form.flow.view.answers["apply_reason"] == "疾病、残疾"


def test_the_whole_consent_row_is_touched(form: Shown[FormPage]) -> None:
    control = form.page.cards["commitment"].control
    assert isinstance(control, ConsentRow)
    control.row.click()
    assert form.flow.view.answers["commitment"] == "yes"
    control.row.click()
    assert form.flow.view.answers["commitment"] == ""


def test_the_place_is_named_and_may_be_another(qtbot: QtBot, form: Shown[FormPage]) -> None:
    control = form.page.cards["village_code"].control
    assert isinstance(control, DivisionField)
    assert any(SITE.name in word for word in all_words(control))
    assert not control.village.isVisible()
    control.change.click()
    for name in ("above_222400000000", "place_222403000000", "place_222403100000"):
        chips = [c for c in form.page.findChildren(QPushButton, name) if not c.isHidden()]
        chips[-1].click()
    assert form.page.places.isHidden()
    assert form.flow.view.answers["village_code"] == "222403100000"
    assert any("敦化市" in word for word in all_words(control))
    assert control.village.isVisible()
    qtbot.keyClicks(control.village.edit, "shifan")
    assert form.flow.view.answers["village_code"] == "222403100000 shifan"
    form.flow.next()
    assert "village_code" not in form.flow.view.complaints
    control.change.click()
    assert form.flow.view.answers["village_code"] == SITE.code
    assert not control.village.isVisible()


@pytest.mark.parametrize("form", ["temp_relief"], indirect=True)
def test_a_date_is_turned_on_wheels_and_stays_a_real_day(form: Shown[FormPage]) -> None:
    control = form.page.cards["event_date"].control
    assert isinstance(control, DateField)
    control.button.click()
    wheels = form.page.dock.wheels
    wheels.day.turn(+26)  # 31 March
    wheels.month.turn(-1)
    assert form.flow.view.answers["event_date"] == "2026-02-28"
    assert control.button.text() == "2026年2月28日"


@pytest.mark.parametrize("form", ["temp_relief"], indirect=True)
def test_today_is_taken_by_the_button_without_turning(form: Shown[FormPage]) -> None:
    control = form.page.cards["event_date"].control
    assert isinstance(control, DateField)
    control.button.click()
    form.page.dock.done.click()
    assert form.flow.view.answers["event_date"] == "2026-03-05"


@pytest.mark.parametrize("form", ["temp_relief"], indirect=True)
def test_money_keeps_two_decimals_and_no_second_point(form: Shown[FormPage]) -> None:
    press(form, "loss", "0012345")
    assert form.flow.view.answers["loss"] == "0"
    form.page.dock.keypad.keys["erase"].click()
    press(form, "loss", "12345.678.9")
    assert form.flow.view.answers["loss"] == "12345.67"


@pytest.mark.parametrize("form", ["temp_relief"], indirect=True)
def test_a_long_story_is_typed_and_cut_at_its_limit(form: Shown[FormPage]) -> None:
    control = form.page.cards["event"].control
    assert isinstance(control, LongTextField)
    limit = form.page.cards["event"].field.max_length
    control.edit.setPlainText("家" * (limit + 100))
    assert form.flow.view.answers["event"] == "家" * limit


@pytest.mark.parametrize("form", ["dibao_apply"], indirect=True)
def test_family_members_are_rows_of_cells(form: Shown[FormPage]) -> None:
    table = form.page.cards["family_members"].control
    assert isinstance(table, TableField)
    table.add.click()
    name, number, relation = table.cells[:3]
    assert isinstance(name, TextField)
    assert isinstance(number, DigitsField)
    name.edit.setText("测试乙")
    name.edit.textEdited.emit("测试乙")
    number.button.click()
    for character in NUMBER:
        form.page.dock.keypad.keys[character].click()
    relation.changed_to("配偶")
    row = f"测试乙\t{NUMBER}\t配偶\t\t\t\t"
    assert form.flow.view.answers["family_members"] == row
    table.add.show()
    table._close()
    table.add.click()
    table.cells[0].changed_to("测试丙")
    assert form.flow.view.answers["family_members"].split("\n")[1].startswith("测试丙\t")
    table._delete(0)
    assert form.flow.view.answers["family_members"] == "测试丙" + "\t" * 6


@pytest.mark.parametrize("form", ["dibao_apply"], indirect=True)
def test_a_table_without_columns_asks_for_names_and_amounts(form: Shown[FormPage]) -> None:
    table = form.page.cards["assets"].control
    assert isinstance(table, TableField)
    assert table.columns == ("名称", "金额（元）")


def test_going_on_too_early_complains_beside_each_field(
    form: Shown[FormPage], qtbot: QtBot
) -> None:
    form.flow.next()
    assert form.flow.view.step is Step.FORM
    missing = {key for key, card in form.page.cards.items() if card.feedback}
    assert missing == set(form.flow.view.complaints)
    assert "contact_mobile" in missing
    card = form.page.cards["contact_mobile"]
    viewport = form.page.questions.viewport()

    def first_in_sight() -> None:
        top = card.mapTo(viewport, card.rect().topLeft()).y()
        assert 0 <= top < viewport.height()

    qtbot.waitUntil(first_in_sight)
    press(form, "contact_mobile", "1")
    assert form.page.cards["contact_mobile"].feedback == ""


def test_a_long_list_opens_over_the_page_and_closes_with_a_choice(qtbot: QtBot) -> None:
    form = shown(FormPage, "pension_enroll", Step.FORM, card=SOCIAL_CARD)
    qtbot.addWidget(form.desk)
    control = form.page.cards["applicant_nation"].control
    assert isinstance(control, LongChoiceField)
    control.button.click()
    assert form.page.sheet.isVisible()
    form.page.sheet.chips["10"].click()
    assert not form.page.sheet.isVisible()
    assert form.flow.view.answers["applicant_nation"] == "10"
    assert control.button.text() == "朝鲜族"


def test_nothing_of_the_person_stays(form: Shown[FormPage]) -> None:
    press(form, "contact_mobile", "13800138000")
    page = form.page
    QGuiApplication.clipboard().setText(NAME)
    page.left()
    page.forget()
    settle()
    told = " ".join(all_words(page))
    for private in (NAME, "110105", "13800138000", "138 0013 8000", "延边", "1949"):
        assert private not in told
    assert QGuiApplication.clipboard().text() == ""
    assert page.cards == {}


def test_what_was_typed_cannot_be_undone_back(qtbot: QtBot) -> None:
    form = shown(FormPage, "elder_card", Step.FORM)
    qtbot.addWidget(form.desk)
    form.flow.answer("pickup", "邮寄")
    control = form.page.cards["postal_addr"].control
    assert isinstance(control, TextField)
    qtbot.keyClicks(control.edit, "ceshi")
    assert form.flow.view.answers["postal_addr"] == "ceshi"
    assert control.edit.isUndoAvailable()
    control.forget()
    assert not control.edit.isUndoAvailable()
    assert not control.edit.isRedoAvailable()
    assert control.edit.text() == ""


@pytest.mark.parametrize("key", [offered.key for offered in packaged_catalog()])
def test_every_item_of_the_catalogue_can_be_asked(qtbot: QtBot, key: str) -> None:
    if not item(key).questions():
        pytest.skip("this item asks nothing")
    form = shown(FormPage, key, Step.FORM, card=CARD)
    qtbot.addWidget(form.desk)
    asked = {field.key for field in form.flow.view.asked}
    unasked = asked - set(form.page.cards)
    for key_ in unasked:
        field = next(f for f in form.flow.view.item.questions() if f.key == key_)
        assert complaint_about(field, form.flow.view.answers[key_]) is None
    assert not [e for e in form.page.findChildren(QPlainTextEdit) if e.isUndoRedoEnabled()]


def touch(form: Shown[FormPage], key: str) -> DigitsField:
    control = form.page.cards[key].control
    assert isinstance(control, DigitsField)
    control.wanted.emit(control)
    return control


def test_a_number_is_judged_as_soon_as_people_are_done_with_it(form: Shown[FormPage]) -> None:
    card = form.page.cards["contact_mobile"]
    touch(form, "contact_mobile")
    for digit in "138001380":
        form.page.dock.keypad.pressed.emit(digit)
    assert card.feedback == ""  # still writing
    form.page.dock.done.click()
    assert card.feedback == "还差 2 位数字，请照着再看一遍。"
    touch(form, "contact_mobile")
    form.page.dock.keypad.pressed.emit("0")
    assert card.feedback == ""
    form.page.dock.keypad.pressed.emit("0")
    form.page.dock.done.click()
    assert card.feedback == ""


def test_a_whole_number_is_judged_while_the_keys_are_still_there(qtbot: QtBot) -> None:
    form = shown(FormPage, "mi_enroll", Step.FORM)
    qtbot.addWidget(form.desk)
    form.flow.answer("person_category", "2")
    touch(form, "guardian_id_no")
    for digit in "110105194912310021":
        form.page.dock.keypad.pressed.emit(digit)
    assert form.page.dock.isVisible()
    assert form.page.cards["guardian_id_no"].feedback == form.texts.say("complaint.id_number")


def test_a_question_appears_below_the_answer_that_opens_it_and_goes_with_it(
    qtbot: QtBot,
) -> None:
    form = shown(FormPage, "elder_card", Step.FORM)
    qtbot.addWidget(form.desk)
    stays = form.page.cards["pickup"]
    assert "postal_addr" not in form.page.cards
    form.flow.answer("pickup", "邮寄")
    assert list(form.page.cards).index("postal_addr") == list(form.page.cards).index("pickup") + 1
    assert form.page.cards["pickup"] is stays
    offer = form.page.findChild(QPushButton, "offer_postal_addr_0")
    offer.click()
    assert form.flow.view.answers["postal_addr"] == CARD.address
    form.flow.answer("pickup", "电子证")
    settle()
    assert "postal_addr" not in form.page.cards
    assert CARD.address not in set(all_words(form.page))


def test_the_last_answers_are_taken_over_in_one_touch(qtbot: QtBot) -> None:
    form = shown(FormPage, "pension_enroll", Step.FORM)
    qtbot.addWidget(form.desk)
    assert not form.page.last_time.isVisible()
    known = {"contact_mobile": "13800138000", "reg_type": "农业", "pay_level": "500"}
    form.flow.view = replace(form.flow.view, last_time=known)
    form.page.draw(form.flow.view)
    assert form.page.last_time.isVisible()
    assert "138****8000" in set(all_words(form.page.last_time))
    form.page.last_time.button.click()
    assert form.flow.view.answers["pay_level"] == "500"
    assert not form.page.last_time.isVisible()
    form.page.forget()
    settle()
    assert "138****8000" not in set(all_words(form.page))
