"""What is wrong with a catalogue file, with the line to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong: in which item and field, on which line, and what."""

    item: str  # the item's key, or its number in the file
    field: str  # path inside the item, such as "form_fields[3].type"
    line: int  # 1-based; 0 when the file is not readable at all
    problem: str

    def __str__(self) -> str:
        """As the log and the console show it."""
        return f"line {self.line}: item {self.item}, {self.field}: {self.problem}"


class CatalogError(Exception):
    """The catalogue may not be used. Carries every complaint, not only the first."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = tuple(complaints)


class Lines:
    """Finds the line of a path in a JSON file. Slow (a second); only made when one complains.

    JSON is read as YAML, whose parser keeps positions.
    """

    def __init__(self, content: bytes) -> None:
        self._root = yaml.compose(content.decode("utf-8"), Loader=yaml.CSafeLoader)

    def of(self, path: Sequence[str | int]) -> int:
        """The line of the deepest part of the path that exists."""
        node, line = self._root, 1
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            node, line = found
        return line


def _child(node: object, part: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return value, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child = node.value[part]
        return child, child.start_mark.line + 1
    return None
