"""The desk's tables, as `python -m django makemigrations` wrote them."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """All of them."""

    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("document", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("kind", models.CharField(default="incident", max_length=40)),
                ("priority", models.CharField(max_length=10, null=True)),
                ("opened", models.DateTimeField(db_index=True)),
                ("responded", models.DateTimeField(null=True)),
                ("resolved", models.DateTimeField(null=True)),
                ("cancelled", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resolved", models.DateTimeField()),
                ("reopened", models.DateTimeField()),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="django_desk.ticket"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField(null=True)),
                ("reason", models.CharField(max_length=40)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="django_desk.ticket"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("field", models.CharField(max_length=40)),
                ("to", models.CharField(max_length=100, null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="django_desk.ticket"
                    ),
                ),
            ],
        ),
    ]
