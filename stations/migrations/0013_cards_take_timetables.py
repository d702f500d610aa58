from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0012_timetables'),
    ]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO stations_timetable (schedule_id, exceptions, digest)
            SELECT DISTINCT schedule_id, '[]'::jsonb, encode(sha256('[]'), 'hex')
            FROM stations_stationcard WHERE schedule_id IS NOT NULL;
            UPDATE stations_stationcard AS card SET timetable_id = timetable.id
            FROM stations_timetable AS timetable WHERE timetable.schedule_id = card.schedule_id;
            """,
            """
            UPDATE stations_stationcard AS card SET schedule_id = timetable.schedule_id, timetable_id = NULL
            FROM stations_timetable AS timetable WHERE timetable.id = card.timetable_id;
            DELETE FROM stations_timetable;
            """,
        ),
    ]
