"""One thing of the machine that was looked at, for people who look after it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Nothing personal is in it."""

    name: str
    fine: bool
    words: str

    def __str__(self) -> str:
        """As the console shows it."""
        return f"{'正常' if self.fine else '异常'}  {self.name}：{self.words}"
