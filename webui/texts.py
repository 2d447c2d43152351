"""The words of the pages, through gettext: one catalogue, English built in.

Extract with `pybabel extract -F webui/babel.cfg -k mark -o webui/locales/webui.pot webui`.
"""

from gettext import NullTranslations, translation
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
TRANSLATIONS: NullTranslations = translation("webui", localedir=LOCALES, fallback=True)


def gettext(message: str, **values: object) -> str:
    """The message in the language of the installation, with `%(name)s` filled in."""
    text = TRANSLATIONS.gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The message in the form that fits the number; `%(num)d` is the number itself."""
    return TRANSLATIONS.ngettext(one, many, number) % {"num": number, **values}


def mark(message: str) -> str:
    """Mark a text of a table for extraction; it is looked up where it is shown."""
    return message


_ = gettext
