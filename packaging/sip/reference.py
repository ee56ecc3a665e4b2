"""Where METS says a file is, and what it says of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from sip.findings import Findings
from sip.mets import XLINK
from sip.shelf import Shelf
from sip.xpaths import NAMES

_REFERRING = etree.XPath("//m:mdRef | //m:file/m:FLocat", namespaces=NAMES)
_HREF = f"{{{XLINK}}}href"
_FORBIDDEN = ("\\", "\0", ":")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A file as METS states it. `path` is from the container's top; `kind` is the MDTYPE, if it has one."""

    path: str
    size: str | None
    checksum: str | None
    algorithm: str | None
    media_type: str | None
    kind: str | None
    told_by: str


@dataclass(frozen=True, kw_only=True)
class Base:
    """From where a document's references start.

    `document` is its path, `root` the folder that none may leave ("" for the container's top). In FGS 1.2 `file:///`
    means that root; elsewhere it would be the reader's own disk.
    """

    shelf: Shelf
    document: str
    root: str
    is_fgs_1_2: bool

    def path(self, node: "etree._Element", findings: Findings) -> str | None:
        """Return the path that `node` refers to, or None after noting that it leads out; None, too, without a href."""
        href = node.get(_HREF)
        if not href:
            return None  # the rule that demands a href has spoken
        plain = self._without_scheme(href)
        for spelt in dict.fromkeys((unquote(plain), plain)):
            path = self._inside(spelt)
            if path is not None and path in self.shelf.files:
                return path
        path = self._inside(unquote(plain))
        if path is None:
            findings.add("KA-ESCAPE", f"{self.document}:{node.sourceline}", href)
        return path

    def _without_scheme(self, href: str) -> str:
        if self.is_fgs_1_2:
            return href.removeprefix("file:").lstrip("/") if href.startswith("file:") else href
        return href.removeprefix("file://") if href.startswith("file://./") else href

    def _inside(self, spelt: str) -> str | None:
        root = self.root.split("/") if self.root else []
        parts = [part for part in self.document.rpartition("/")[0].split("/") if part]
        for step in spelt.split("/"):
            if step == ".." and len(parts) > len(root):
                parts.pop()
            elif step in ("", "..") or any(sign in step for sign in _FORBIDDEN):
                return None
            elif step != ".":
                parts.append(step)
        return "/".join(parts) if parts[: len(root)] == root and len(parts) > len(root) else None


def references(tree: "etree._ElementTree", base: Base, findings: Findings) -> Iterator[Reference]:
    """Yield every file that `tree` refers to."""
    for node in _REFERRING(tree):
        path = base.path(node, findings)
        if path is None:
            continue
        stated = node if node.get("MDTYPE") is not None else node.getparent()
        yield Reference(
            path=path,
            size=stated.get("SIZE"),
            checksum=stated.get("CHECKSUM"),
            algorithm=stated.get("CHECKSUMTYPE"),
            media_type=stated.get("MIMETYPE"),
            kind=node.get("MDTYPE"),
            told_by=f"{base.document}:{node.sourceline}",
        )
