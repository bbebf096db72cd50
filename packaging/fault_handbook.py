"""Makes docs/faults.md of codes and texts, and fails when codes, texts and handbook differ.

python packaging/fault_handbook.py --check | --write
"""

import argparse
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from kiosk.domain.fault import Fault

CHECKOUT: Final = Path(__file__).resolve().parents[1]
HANDBOOK: Final = CHECKOUT / "docs/faults.md"
STAFF_PART: Final = Path(__file__).with_suffix(".toml")
LANGUAGES: Final = ("zh_CN", "ko_CN", "en")
RESIDENT_PARTS: Final = ("what", "lost", "now")
STAFF_PARTS: Final = ("cause", "staff")
GROUPS: Final = {
    "R": "读卡器和卡",
    "C": "高拍仪",
    "B": "扫码器",
    "P": "打印",
    "N": "网络和省里的系统",
    "U": "U 盘",
    "S": "本机存储",
    "E": "电池",
    "K": "办事目录",
    "X": "程序",
}
HEAD: Final = """# 故障手册 Fault handbook

屏幕上每个故障旁边都有一个代码。打电话时报这个代码，照下面做。

Made by `packaging/fault_handbook.py --write` of `kiosk/domain/fault.py`, `ui/texts/*/faults.toml`
and `packaging/fault_handbook.toml`; change those, never this file. What residents read stands here
in both languages of the screen: Chinese, and Korean as written in Yanbian (drafts). Staff may have
it on the screen in English.
"""

Words = Mapping[str, Mapping[str, str]]
"""Sentences by code, then by part."""


def complaints(codes: Iterable[str], words: Words, parts: tuple[str, ...], where: str) -> list[str]:
    """One line for each code too many or too few, and for each part too many, too few or blank."""
    known = list(codes)
    found = [f"{where}: {code} is no fault code" for code in words if code not in known]
    for code in known:
        given = words.get(code, {})
        found += [f"{where}: {code} lacks {part}" for part in parts if not given.get(part)]
        found += [f"{where}: {code} has a strange {part}" for part in given if part not in parts]
    return found


def handbook(faults: Iterable[Fault], residents: Mapping[str, Words], staff: Words) -> str:
    """The whole text of docs/faults.md; texts must be complete."""
    lines = [HEAD]
    group = ""
    for fault in faults:
        if fault.value[0] != group:
            group = fault.value[0]
            lines.append(f"## {GROUPS[group]}\n")
        chinese, korean = (residents[language][fault.value] for language in ("zh_CN", "ko_CN"))
        lines.append(f"### {fault.value} {chinese['what'].rstrip('。')}\n")
        lines.append(f"`{fault.name}`\n")
        lines.append(f"- **原因**：{staff[fault.value]['cause']}")
        for part, title in zip(RESIDENT_PARTS, ("居民看到", "丢了什么", "现在怎么办"), strict=True):
            lines.append(f"- **{title}**：{chinese[part]}<br>{korean[part]}")
        lines.append(f"- **工作人员**：{staff[fault.value]['staff']}\n")
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """1 when something differs; with --write only when texts are incomplete."""
    asked = argparse.ArgumentParser(description=__doc__)
    what = asked.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true")
    what.add_argument("--write", action="store_true")
    given = asked.parse_args()
    codes = [fault.value for fault in Fault]
    staff = tomllib.loads(STAFF_PART.read_text("utf-8"))
    found = complaints(codes, staff, STAFF_PARTS, STAFF_PART.name)
    residents = {}
    for language in LANGUAGES:
        file = CHECKOUT / f"ui/texts/{language}/faults.toml"
        residents[language] = tomllib.loads(file.read_text("utf-8"))["faults"]
        found += complaints(codes, residents[language], RESIDENT_PARTS, f"{language}/faults.toml")
    if not found:
        text = handbook(Fault, residents, staff)
        if given.write:
            HANDBOOK.write_text(text, encoding="utf-8")
        elif not HANDBOOK.exists() or HANDBOOK.read_text("utf-8") != text:
            found = ["docs/faults.md differs from codes and texts: write it again with --write"]
    print("\n".join(found) or f"fault handbook: {len(codes)} codes, texts and handbook agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
