"""Units move with a month; what was before is kept."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

# What was is not told otherwise afterwards, whatever program asks.
ONLY_GROWS = """
CREATE FUNCTION stations_unitmove_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the moves of units only grow' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER stations_unitmove_only_grows BEFORE UPDATE OR DELETE ON stations_unitmove
FOR EACH ROW EXECUTE FUNCTION stations_unitmove_only_grows();
"""
AS_BEFORE = """
DROP TRIGGER stations_unitmove_only_grows ON stations_unitmove;
DROP FUNCTION stations_unitmove_only_grows();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0038_notices'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalUnitMove',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('since', models.DateField(verbose_name='from the first of')),
                ('reason', models.CharField(max_length=100, verbose_name='reason')),
                ('at', models.DateTimeField(blank=True, editable=False, verbose_name='moved at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moved by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('new_parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='from then on, below')),
                ('old_parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='before, below')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'historical move of a unit',
                'verbose_name_plural': 'historical moves of units',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='UnitMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='from the first of')),
                ('reason', models.CharField(max_length=100, verbose_name='reason')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='moved at')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moved by')),
                ('new_parent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.unit', verbose_name='from then on, below')),
                ('old_parent', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.unit', verbose_name='before, below')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='stations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'move of a unit',
                'verbose_name_plural': 'moves of units',
                'constraints': [models.CheckConstraint(condition=models.Q(('since__day', 1)), name='unit_move_with_a_month', violation_error_message='A unit moves on the first day of a month: each month has one tree.'), models.CheckConstraint(condition=models.Q(('unit', models.F('new_parent')), _negated=True), name='unit_move_not_below_itself', violation_error_message='A unit cannot stand below itself.')],
            },
        ),
        migrations.RunSQL(ONLY_GROWS, AS_BEFORE),
    ]
