"""The English names of the seeded programmes, so that a translation of the portal finds them (docs/languages.md)."""

from django.utils.translation import pgettext_lazy

NAMES = (
    pgettext_lazy("catalogue", "Union Station"),
    pgettext_lazy("catalogue", "Workers' Harbour (CCB)"),
    pgettext_lazy("catalogue", "ICBC Station"),
    pgettext_lazy("catalogue", "Little Bee Station (ICBC)"),
    pgettext_lazy("catalogue", "Home at Heart (Shanghai RCB)"),
    pgettext_lazy("catalogue", "Station for New Trades (Shanghai)"),
    pgettext_lazy("catalogue", "Drivers' Home"),
    pgettext_lazy("catalogue", "Warm Heart Station (Beijing)"),
    pgettext_lazy("catalogue", "Relay of Care Station (Shanghai)"),
    pgettext_lazy("catalogue", "Wing of Care Station (China Telecom)"),
    pgettext_lazy("catalogue", "Postal Care Station (PSBC)"),
    pgettext_lazy("catalogue", "BOC Public Good Station"),
    pgettext_lazy("catalogue", "Warm Place (ABC)"),
)
