"""The picture of a specimen authority's seal; 样章 stands in it. No terminal ever draws one."""

import json
from collections.abc import Sequence
from pathlib import Path

import typst

from sync.gateway.issuing.composing import TEMPLATES


def specimen_seal_pdf(office: str, fonts: Sequence[Path]) -> bytes:
    """One page of 42 mm by 42 mm without ground. Half a second. Raises typst.TypstError."""
    made = typst.Compiler(
        str(TEMPLATES / "specimen_seal.typ"),
        root=str(TEMPLATES),
        font_paths=[str(folder) for folder in fonts],
        ignore_system_fonts=True,
    ).compile(sys_inputs={"d": json.dumps({"office": office}, ensure_ascii=False)}, format="pdf")
    assert isinstance(made, bytes)
    return made
