from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0013_cards_take_timetables'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='stationcard',
            name='schedule',
        ),
    ]
