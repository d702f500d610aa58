import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0013_feedback_goes_up'),
        ('stations', '0028_first_visit'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerSentence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('arrived_but_closed', 'Arrived, but closed'), ('wrong_place', 'Wrong place'), ('wrong_hours', 'Wrong hours'), ('broken', 'Something is broken'), ('refused', 'I was refused'), ('short', 'Supplies have run out'), ('praise', 'Praise'), ('idea', 'Idea')], max_length=20, verbose_name='for')),
                ('name', models.CharField(max_length=200, verbose_name='sentence')),
                ('name_en', models.CharField(max_length=200, verbose_name='the same in English')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
            ],
            options={
                'verbose_name': 'sentence for answers',
                'verbose_name_plural': 'sentences for answers',
                'ordering': ['order', 'code'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAnswerSentence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('kind', models.CharField(choices=[('arrived_but_closed', 'Arrived, but closed'), ('wrong_place', 'Wrong place'), ('wrong_hours', 'Wrong hours'), ('broken', 'Something is broken'), ('refused', 'I was refused'), ('short', 'Supplies have run out'), ('praise', 'Praise'), ('idea', 'Idea')], max_length=20, verbose_name='for')),
                ('name', models.CharField(max_length=200, verbose_name='sentence')),
                ('name_en', models.CharField(max_length=200, verbose_name='the same in English')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical sentence for answers',
                'verbose_name_plural': 'historical sentences for answers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
