"""The one look: templates, and the text that is put into them.

What a channel or a person wrote stays text: it is escaped, it cannot turn the direction of what stands around it, and
the page's own policy lets nothing run or be fetched.
"""

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from capture.records.page import plain
from register.language import Language, Text, swedish_time


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A line of a document: what it is about, and what is said of it.

    `said` None: nobody has said it, and the document says so, and `whose` it is to say. `href` is where it leads.
    `exact`: it is to be compared sign by sign, as a checksum is.
    """

    label: Text
    said: Text | str | None
    whose: Text | None = None
    href: str | None = None
    exact: bool = False

    def told(self, language: Language) -> str:
        """Return what is said, in `language`; never nothing."""
        if self.said is not None and (told := spoken(self.said, language).strip()):
            return told
        unsaid = Text("ej angivet", "not stated")
        if self.whose is not None:
            unsaid = Text(f"ej angivet – anges av {self.whose.sv}", f"not stated – to be stated by {self.whose.en}")
        return unsaid.spoken(language)

    @property
    def is_said(self) -> bool:
        """Whether somebody has said it."""
        return self.said is not None and bool(spoken(self.said, Language.SWEDISH).strip())


def spoken(said: Text | str, language: Language) -> str:
    """Return a text in `language`, or a string as it is; neither can leave its place."""
    return plain(said.spoken(language) if isinstance(said, Text) else said)


def render(name: str, *, title: Text | str, footer: str, languages: tuple[Language, ...], **content: object) -> str:
    """Return a document as HTML.

    Args:
        name: its template.
        title: its title, in the first of the languages.
        footer: what stands at the foot of each printed page, before its number.
        languages: which it is written in; the first is its own.
        content: what the template needs; a name that it needs and is not given is an error.
    """
    return _environment().get_template(name).render(
        title=spoken(title, languages[0]),
        footer=footer,
        page_words=_PAGE_WORDS[languages[0]],
        languages=languages,
        Text=Text,
        **content,
    )  # fmt: skip


_PAGE_WORDS = {Language.SWEDISH: ("sida", "av"), Language.ENGLISH: ("page", "of")}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("capture.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"stockholm": swedish_time, "plain": plain, "spoken": spoken, "css_string": _css_string}
    return environment


def _css_string(text: str) -> str:
    """Return `text` as it may stand between quotation marks in a style sheet, whoever wrote it."""
    return "".join(f"\\{ord(character):x} " for character in " ".join(plain(text).split()))
