"""What was found about the machine, in the languages that staff chose."""

from kiosk.domain.finding import Finding
from ui.texts import Texts
from ui.texts.languages import Language, Words, in_language


def topic_words(finding: Finding, texts: Texts) -> Words:
    """What was looked at."""
    return texts.say(f"finding.topic.{finding.topic}")


def finding_words(finding: Finding, texts: Texts) -> Words:
    """How it is, one line for each language."""
    sentences = [texts.say(f"finding.said.{one.key}", **one.parts) for one in finding.sentences]
    return Words(
        {
            language: ("，" if language is Language.CHINESE else ", ").join(
                str(in_language(sentence, language)) for sentence in sentences
            )
            for language in texts.languages
        }
    )


def finding_line(finding: Finding, texts: Texts) -> str:
    """As the console shows it, in one language."""
    mark = texts.one(f"machine.finding.{'fine' if finding.fine else 'bad'}")
    topic, words = topic_words(finding, texts), finding_words(finding, texts)
    return texts.one("finding.line", mark=mark, topic=topic, words=words)
