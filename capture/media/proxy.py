"""The way out of the network: the proxy that this computer is set to use, which the browser goes through as well."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(host: str, *, secure: bool) -> tuple[str, int] | None:
    """Return host and port of the proxy that requests to `host` go through, None where they go straight.

    It is what the environment says (`https_proxy`, `no_proxy` …), or on Windows and macOS the system's settings; a
    proxy that is found by a script (PAC), or that wants a password, is not.
    """
    named = getproxies().get("https" if secure else "http")
    if not named or proxy_bypass(host):
        return None
    parts = urlsplit(named if "://" in named else f"http://{named}")
    return None if parts.hostname is None else (parts.hostname, parts.port or 80)
