"""The map of the portal, for pages of apps that know nothing of its base."""

from typing import Any

from django import template

from harbor_portal.portal.views.home import leaflet_options

register = template.Library()


@register.simple_tag
def map_options() -> dict[str, Any]:
    """What `L.Map.djangoMap` wants, to be written by `json_script`."""
    return leaflet_options()
