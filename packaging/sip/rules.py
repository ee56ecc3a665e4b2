"""What a rule is, and all of them: what packages are held against, as data.

CSIP and SIP ids are those of E-ARK; ids that begin with KA are ours, for what those specifications presuppose without
saying it (that an archive can be read, that a reference stays inside); FGS12 is FGS Paketstruktur 1.2, which numbers
nothing. Of CSIP and SIP these have no test, for they only permit (CSIPSTR3, 8, 14, CSIP45, SIP13, 19, 30), name a
value by which the thing itself is recognised (SIP10, 16, 22, 23, 27), or are the schema's business (SIP21).
"""

from sip.rule import Rule
from sip.rules_csip import METS_RULES
from sip.rules_fgs12 import FGS12_RULES
from sip.rules_package import CONTAINER_RULES, CONTENT_RULES
from sip.rules_sip import HEADER_RULES

EARK_RULES: tuple[Rule, ...] = (*METS_RULES, *HEADER_RULES)
RULES: dict[str, Rule] = {rule.id: rule for rule in (*CONTAINER_RULES, *CONTENT_RULES, *EARK_RULES, *FGS12_RULES)}
