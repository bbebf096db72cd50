"""When to ask 还在吗."""

from kiosk.flow.idle_limit import Attendance, IdleLimit


def test_a_person_who_stays_away_is_asked_and_then_gone() -> None:
    limit = IdleLimit(ask_after=60, end_after=90)
    limit.touched(100)
    assert limit.attendance(159) is Attendance.PRESENT
    assert limit.attendance(160) is Attendance.ASK
    assert limit.seconds_left(170) == 20
    assert limit.attendance(190) is Attendance.GONE
    limit.touched(171)
    assert limit.attendance(190) is Attendance.PRESENT
