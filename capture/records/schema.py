"""Our own published schemas, held against everything we write by them."""

from importlib.resources import files

from lxml import etree


def check(root: etree._Element, name: str) -> None:
    """Hold `root` against `schemas/kanalarkiv/<name>`.

    Raises:
        ValueError: it does not follow the schema; a fault of this program, never of the channel.
    """
    schema = etree.XMLSchema(etree.fromstring(files("schemas").joinpath(f"kanalarkiv/{name}").read_bytes()))
    if not schema.validate(root):
        raise ValueError(f"a document breaks {name}: {schema.error_log[0]}")
