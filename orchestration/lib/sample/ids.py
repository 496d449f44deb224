"""Record ids in the vendors' own shapes, each from a running number."""

from __future__ import annotations

import unicodedata

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ORG = "5g"

KEY_PREFIX = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Opportunity": "006",
    "OpportunityFieldHistory": "017",
    "OpportunityContactRole": "00K",
    "Event": "00U",
    "Contract": "800",
    "SBQQ__Subscription__c": "a0G",
    "Handoff__c": "a0H",
    "Hold__c": "a0J",
    "Milestone__c": "a0M",
    "Onboarding__c": "a0N",
}


def salesforce_id(sobject: str, number: int) -> str:
    """The 18-character id of a record: 15 case-sensitive characters and 3 that restate their case.

    Source: Salesforce help, "How the 15-character ID is converted to the 18-character ID".
    """
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    fifteen = KEY_PREFIX[sobject] + _ORG + digits.rjust(10, "0")
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, character in enumerate(fifteen[start : start + 5]) if "A" <= character <= "Z")
        suffix += _CHECKSUM[bits]
    return fifteen + suffix


def plain_ascii(name: str) -> str:
    """A name as it stands in an e-mail address: lower case, without accents, blanks and marks."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(character for character in plain.lower() if character.isalnum() or character == ".")
