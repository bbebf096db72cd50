"""A name as a public screen may show it."""


def masked_name(name: str) -> str:
    """The family name 姓 by its first character, the rest as stars: 测**."""
    known = name.strip()
    return known[:1] + "*" * max(1, len(known) - 1) if known else ""
