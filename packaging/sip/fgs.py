"""What differs between versions of FGS Paketstruktur, as data: one builder serves every row of this table.

FGS Paketstruktur 2.0 is E-ARK CSIP and SIP 2.1.0 with Swedish guidance.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FgsVersion:
    """One version of FGS Paketstruktur.

    `specification` is the version of E-ARK CSIP and SIP, as commons-ip takes it. `profile` is what `mets/@PROFILE`
    says (CSIP6, SIP2), `content_category` `mets/@TYPE` (CSIP2). `content_information_type` and
    `other_content_information_type` are CSIP4 and CSIP5: no E-ARK content type describes social media, so the
    second names our own. `checksum_type` is METS's name of the digest written for every file.
    """

    name: str
    specification: str
    profile: str
    content_category: str
    content_information_type: str
    other_content_information_type: str
    checksum_type: str
    premis_version: str


FGS_2_0 = FgsVersion(
    name="FGS Paketstruktur 2.0",
    specification="2.1.0",
    # SIP2 of 2.1.0 says ".../E-ARK-SIP.xml"; commons-ip, and with it the Swedish archives built on RODA, take only
    # the versioned address.
    profile="https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-1-0.xml",
    content_category="Websites",
    content_information_type="OTHER",
    other_content_information_type="kanalarkiv-sociala-medier-1.0",
    checksum_type="SHA-256",
    premis_version="3.0",
)
