from django.db import migrations

import harbor_portal.lib.sealed


class Migration(migrations.Migration):
    dependencies = [
        ('services', '0032_activities_elsewhere'),
    ]

    operations = [
        migrations.AlterField(
            model_name='wish',
            name='proof_photo',
            field=harbor_portal.lib.sealed.SealedFileField(blank=True, upload_to='wishes', verbose_name='photo of it'),
        ),
    ]
