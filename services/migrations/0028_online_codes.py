"""Each online service has a code, by which it is known when it is called otherwise."""

from django.db import migrations, models

import stations.codes


def give_codes(apps, schema_editor):
    services = apps.get_model("services", "OnlineService")
    history = apps.get_model("services", "HistoricalOnlineService")
    taken = set()
    for row in services.objects.order_by("pk").iterator():
        row.code = stations.codes.new_code(taken)
        taken.add(row.code)
        row.save(update_fields=["code"])
        history.objects.filter(id=row.pk).update(code=row.code)


class Migration(migrations.Migration):

    dependencies = [("services", "0027_sent_contents")]

    operations = [
        migrations.AddField("onlineservice", "code", models.CharField(default="", editable=False, max_length=8, verbose_name="code"), preserve_default=False),
        migrations.AddField("historicalonlineservice", "code", models.CharField(db_index=True, default=stations.codes.new_code, editable=False, max_length=8, verbose_name="code")),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField("onlineservice", "code", models.CharField(default=stations.codes.new_code, editable=False, max_length=8, unique=True, verbose_name="code")),
    ]
