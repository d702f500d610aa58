"""支行 is read zhihang: the initials of bank branches, by which they are searched, said zhixing."""

from django.db import migrations

from stations.pinyin import initials

WORDS = ("支行", "总行", "长清", "乐陵", "单县", "六合区", "丽水", "涡阳", "浚县", "曾都")


def read_again(apps, schema_editor):
    """The stations are noted as changed, so that the map takes the new initials up."""
    station, change = apps.get_model("stations", "Station"), apps.get_model("stations", "MapChange")
    wrong = []
    for row in station.objects.only("name", "pinyin").iterator():
        if any(word in row.name for word in WORDS) and row.pinyin != initials(row.name):
            row.pinyin = initials(row.name)
            wrong.append(row)
    station.objects.bulk_update(wrong, ["pinyin"], batch_size=2000)
    change.objects.bulk_create([change(station_id=row.pk) for row in wrong], batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("stations", "0017_half_places_refused")]

    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
