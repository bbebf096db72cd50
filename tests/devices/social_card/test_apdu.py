"""Commands of social security cards."""

from devices.social_card.apdu import read_record, select_application, select_file


def test_commands_are_those_that_the_sources_print() -> None:
    assert select_application().hex().upper() == "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
    assert select_file(0xEF05).hex().upper() == "00A4020002EF05"
    assert select_file(0xEF06, mode=0).hex().upper() == "00A4000002EF06"
    assert read_record(0x4E).hex().upper() == "00B24E0000"
