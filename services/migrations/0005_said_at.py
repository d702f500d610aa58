"""When a visitor said it, which without a network is before we received it."""

from django.db import migrations, models

HELP = "before it was received, if the visitor had no network at first"


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0004_door_codes'),
    ]

    operations = [
        migrations.AddField(
            model_name='feedback',
            name='said_at',
            field=models.DateTimeField(null=True, verbose_name='said at', help_text=HELP),
        ),
        migrations.AddField(
            model_name='historicalfeedback',
            name='said_at',
            field=models.DateTimeField(null=True, verbose_name='said at', help_text=HELP),
        ),
        # What is there already was taken as said when it was received.
        migrations.RunSQL(
            'UPDATE services_feedback SET said_at = received_at;'
            'UPDATE services_historicalfeedback SET said_at = received_at',
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='feedback',
            name='said_at',
            field=models.DateTimeField(verbose_name='said at', help_text=HELP),
        ),
        migrations.AlterField(
            model_name='historicalfeedback',
            name='said_at',
            field=models.DateTimeField(verbose_name='said at', help_text=HELP),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(
                condition=models.Q(('said_at__lte', models.F('received_at'))),
                name='feedback_said_before_received',
                violation_error_message='Nothing is received before it was said.',
            ),
        ),
    ]
