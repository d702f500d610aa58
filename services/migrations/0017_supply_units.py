"""The unit moves out of the name of a supply: 饮用水（瓶） is 饮用水, counted in 瓶."""

import re

from django.db import migrations

NAMED = re.compile(r"(.+)（(.{1,8})）")
NAMED_EN = re.compile(r"(.+) \((.{1,20})\)")


def split(apps, schema_editor):
    for item in apps.get_model("services", "SupplyItem").objects.filter(unit="", unit_en=""):
        found, found_en = NAMED.fullmatch(item.name), NAMED_EN.fullmatch(item.name_en)
        if found:
            item.name, item.unit = found.groups()
        if found_en:
            item.name_en, item.unit_en = found_en.groups()
        item.save()


def join(apps, schema_editor):
    for item in apps.get_model("services", "SupplyItem").objects.exclude(unit="", unit_en=""):
        item.name += f"（{item.unit}）" if item.unit else ""
        item.name_en += f" ({item.unit_en})" if item.unit_en else ""
        item.save()


class Migration(migrations.Migration):
    dependencies = [("services", "0016_supplies_whole")]
    operations = [migrations.RunPython(split, join)]
