"""Figures as the reports write them."""

from django import template

register = template.Library()


@register.filter
def grouped(value: object) -> object:
    """47,777; what is no number stays as it is."""
    return f"{value:,}" if isinstance(value, int) else value
