from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_auditor"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("county", models.CharField(max_length=6)),
                ("owner", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=60)),
                ("fields", models.JSONField()),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="saved_search_once"),
        ),
    ]
