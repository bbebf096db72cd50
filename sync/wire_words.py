"""The kinds of plain values that messages on the wire are made of."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Moment = Annotated[datetime, Meta(tz=True)]
Word = Annotated[str, Meta(max_length=200)]
Name = Annotated[str, Meta(max_length=200, pattern=r"\A[^\x00]*\Z")]  # fit for a database
