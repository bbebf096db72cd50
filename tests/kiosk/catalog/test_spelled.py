"""Names that are found though one letter slipped."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog.spelled import Spelled

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SYLLABLES = ("di", "bao", "yang", "lao", "yi", "zheng", "ming", "gao", "ling", "jin")
NAMES = st.lists(st.lists(st.sampled_from(SYLLABLES), min_size=3, max_size=8), min_size=1)


def slipped(word: str, at: int, letter: str, how: str) -> str:
    """One slip of that kind."""
    match how:
        case "wrong":
            return word[:at] + letter + word[at + 1 :]
        case "lacks":
            return word[:at] + word[at + 1 :]
        case "too much":
            return word[:at] + letter + word[at:]
        case _:
            return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


@given(
    NAMES,
    st.data(),
    st.sampled_from(LETTERS),
    st.sampled_from(["wrong", "lacks", "too much", "swapped"]),
)
def test_every_name_is_found_whatever_slipped(
    names: list[list[str]], data: st.DataObject, letter: str, how: str
) -> None:
    spelled = Spelled()
    for n, name in enumerate(names):
        spelled.add(n, name)
    chosen = data.draw(st.integers(0, len(names) - 1))
    first = data.draw(st.integers(0, len(names[chosen]) - 3))
    word = "".join(names[chosen][first:])
    typed = slipped(word, data.draw(st.integers(0, len(word) - 1)), letter, how)
    exact = {n for n, _ in spelled.hits(typed, at_parts=True)}
    assert chosen in exact | set(spelled.nearly(typed))


@given(NAMES, st.text(LETTERS, min_size=4, max_size=8))
def test_what_is_found_is_no_further_than_one_slip(names: list[list[str]], typed: str) -> None:
    spelled = Spelled()
    for n, name in enumerate(names):
        spelled.add(n, name)
    for n in spelled.nearly(typed):
        suffixes = ["".join(names[n][at:]) for at in range(len(names[n]))]
        beginnings = (s[:long] for s in suffixes for long in range(len(typed) - 1, len(typed) + 2))
        assert any(distance(typed, beginning) == 1 for beginning in beginnings)


def distance(one: str, other: str) -> int:
    """Damerau's, by the plain table."""
    rows = [[max(i, j) for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def test_names_do_not_run_into_each_other() -> None:
    spelled = Spelled()
    spelled.add(0, ("di", "bao"))
    spelled.add(1, ("yang", "lao"))
    assert list(spelled.hits("baoyang")) == []
    assert list(spelled.nearly("baoyang")) == []
