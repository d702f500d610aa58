"""The English names of the seeded programmes, so that a translation of the portal finds them (docs/languages.md)."""

from django.utils.translation import pgettext_lazy as _

NAMES = (
    _("catalogue", "Union Station"),
    _("catalogue", "Workers' Harbour (CCB)"),
    _("catalogue", "ICBC Station"),
    _("catalogue", "Little Bee Station (ICBC)"),
    _("catalogue", "Home at Heart (Shanghai RCB)"),
    _("catalogue", "Station for New Trades (Shanghai)"),
    _("catalogue", "Drivers' Home"),
    _("catalogue", "Warm Heart Station (Beijing)"),
    _("catalogue", "Relay of Care Station (Shanghai)"),
    _("catalogue", "Wing of Care Station (China Telecom)"),
    _("catalogue", "Postal Care Station (PSBC)"),
    _("catalogue", "BOC Public Good Station"),
    _("catalogue", "Warm Place (ABC)"),
)
