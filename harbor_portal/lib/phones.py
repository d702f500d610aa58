"""The number to dial of a phone field as people fill it in.

`static/js/phone.js` follows the same rule; both are held to `tests/data/phone_cases.json`.
"""

import re
import unicodedata

SHORTEST = 5
"""Digits: 95533, 12345."""
LONGEST = 12
"""Area code and eight digits; what follows is an extension or another number."""
LONGEST_ABROAD = 15
"""After a plus (ITU-T E.164)."""
RUN = re.compile(r"\+?(?:0[0-9]{2,3} ?/)?[0-9() \u2010-\u2015-]+")
GROUP = re.compile(r"[0-9]+")


def dialled(phone: str) -> str:
    """The first number in the text, as digits, with a plus if it begins with one; "" if there is none to dial."""
    if "*" in phone:
        return ""  # masked
    for run in RUN.findall(unicodedata.normalize("NFKC", phone)):
        plus, longest = ("+", LONGEST_ABROAD) if run.startswith("+") else ("", LONGEST)
        number = ""
        for group in GROUP.findall(run):
            if len(number) + len(group) > longest:
                break
            number += group
        if len(number) >= SHORTEST:
            return plus + number
    return ""
