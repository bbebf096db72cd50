"""How long a case that did not arrive waits."""

from sync.sending_round import seconds_to_wait


def test_it_never_gives_up_and_waits_between_nothing_and_five_minutes() -> None:
    for attempts in (1, 2, 8, 9, 1_000_000):
        highest = min(300, 2 * 2 ** (min(attempts, 30) - 1))
        waits = [seconds_to_wait(attempts, None) for _ in range(200)]
        assert 0 <= min(waits) <= max(waits) <= highest
        assert max(waits) > highest / 2  # full jitter: the whole window is used


def test_the_gateways_wish_is_the_least_and_a_fifth_more_the_most() -> None:
    waits = [seconds_to_wait(9, 60) for _ in range(100)]
    assert min(waits) >= 60
    assert max(waits) <= 72
