"""The quick form of `./run matrix receipts`: one fault of each kind."""

from tests.matrix import receipts


def test_a_slip_is_never_called_printed_that_did_not_come_out() -> None:
    tally = receipts.sweep(1)
    assert tally.broken == [], tally.text()
    assert tally.faults == 2 * len(receipts.FATES) + len(receipts.STRANGERS)
    assert "healthy printers: 2 printed of 2" in tally.notes
    assert not any('false "printed" 0 of' in note for note in tally.notes), (
        "the sweep finds nothing"
    )
