"""What the pages that a person reads have in common: templates, Swedish time, and text that cannot leave its place."""

from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from capture.records.legal import XmlText
from register.language import swedish_time

_ISOLATES = str.maketrans({chr(code): "" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))})


def template(name: str) -> Template:
    """Return a template of ours; it escapes all it is given, and a name that it does not know is an error."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"stockholm": swedish_time, "plain": plain}
    return environment.from_string(files("capture.records").joinpath(f"templates/{name}").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """Take out what would turn the direction of the text around it, and what no document may hold."""
    return XmlText().legal(text).translate(_ISOLATES)


def safe_href(key: str) -> str | None:
    """Return `key` if it is a web address, and so may be linked to."""
    return key if key.startswith(("https://", "http://")) else None
