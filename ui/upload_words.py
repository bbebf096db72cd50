"""How sending stands, in the words of the standby page, the upload state and the stick."""

from collections.abc import Sequence
from datetime import datetime

from kiosk.domain.notice import Audience
from kiosk.domain.sending import SENDING_SWITCH, Sending, sending_in
from kiosk.domain.stick import StickResult
from kiosk.flow.upload_flow import UploadView
from offline_store.api import ScreenStore, StoreError
from ui.local_time import moment_words
from ui.texts import Texts

# In the order in which people want to hear of it.
COUNTS = (
    "receipts",
    "refused",
    "on_stick",
    "left",
    "unreadable",
    "carried",
    "not_carried",
    "torn",
    "unbelieved",
    "for_others",
)


def door_words(store: ScreenStore, texts: Texts, *, sending: Sending) -> str:
    """One line for the standby page: the gravest thing first. Never raises."""
    say = texts.say
    try:
        waiting, aside = store.waiting(), len(store.aside())
        chosen = sending_in(store.switch(SENDING_SWITCH), otherwise=sending)
    except StoreError:
        state = say("standby_upload.unknown")
    else:
        if aside:
            state = say("standby_upload.aside", count=aside)
        elif chosen is Sending.PAUSED:
            state = say("standby_upload.paused")
        elif waiting:
            state = say("standby_upload.waiting", count=waiting)
        else:
            state = say("standby_upload.fine")
    return say("standby_upload.door", words=state)


def newest_notice(store: ScreenStore, now: datetime) -> str:
    """The title of what residents should know now; "" for nothing. Never raises."""
    try:
        notices = store.notices(Audience.RESIDENTS, now)
    except StoreError:
        return ""
    return notices[0].title if notices else ""


def waiting_sentences(view: UploadView, texts: Texts) -> Sequence[str]:
    """How many wait and since when; when the province was heard."""
    say, heard = texts.say, view.heard
    sentences = []
    if view.oldest is not None and view.waiting:
        days = (view.now - view.oldest).days
        key = "upload.oldest_days" if days > 0 else "upload.oldest"
        sentences.append(say(key, moment=moment_words(view.oldest, texts), days=days))
    for key, moment in (("heard", heard.last_heard), ("catalog", heard.catalog_confirmed_at)):
        if moment is None:
            sentences.append(say(f"upload.{key}_never"))
        else:
            sentences.append(say(f"upload.{key}", moment=moment_words(moment, texts)))
    return sentences


def again_sentences(view: UploadView, texts: Texts) -> Sequence[str]:
    """What became of the cases that were offered once more."""
    say, again = texts.say, view.again
    if again is None:
        return []
    key = "again_waiting"
    if view.sending is Sending.PAUSED:
        key = "again_paused"
    elif view.network is not None:
        key = "again_offline"
    counts = ((key, again.waiting), ("again_taken", again.taken), ("again_refused", again.refused))
    return [say(f"upload.{name}", count=count) for name, count in counts if count]


def ended_sentences(result: StickResult, texts: Texts) -> Sequence[str]:
    """What a turn with the stick came to, and where the stick is to go."""
    say = texts.say
    counted = [(key, getattr(result, key)) for key in COUNTS]
    sentences = [say(f"stick.ended.{key}", count=count) for key, count in counted if count]
    if not sentences and result.fault is None and not result.cancelled:
        sentences.append(say("stick.ended.nothing"))
    if result.on_stick or result.not_carried:
        sentences.append(say("stick.take_out"))
    elif result.for_others:
        sentences.append(say("stick.take_back"))
    return sentences
