"""Cards know the first day of a suspension, so that one still to come is told of the days that it covers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0018_banks_read_aloud"),
    ]

    operations = [
        migrations.AddField(
            model_name="stationcard",
            name="suspended_from",
            field=models.DateField(help_text="its first day, which may be still to come", null=True),
        ),
    ]
