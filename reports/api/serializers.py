"""What a program is answered of a month report, field by field."""

from rest_framework import serializers


class ReportColumnSerializer(serializers.Serializer[object]):
    """A column of a section."""

    key = serializers.CharField()
    title = serializers.CharField(help_text="in the language asked for")
    kind = serializers.CharField(help_text="text, integer, decimal, date or percent, which is a share from 0 to 1")


class ReportRowSerializer(serializers.Serializer[object]):
    """A line of a section."""

    rank = serializers.CharField(
        allow_blank=True, help_text="part, subtotal or total of a line that repeats what other lines hold"
    )
    values = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text="by the key of the column; null where there is no figure, which is not the same as 0",
    )


class ReportSectionSerializer(serializers.Serializer[object]):
    """A section, as the page and the files show it."""

    key = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField(allow_blank=True, help_text="what must be known to read the figures")
    columns = ReportColumnSerializer(many=True)
    rows = ReportRowSerializer(many=True)


class MonthReportSerializer(serializers.Serializer[object]):
    """All figures of a unit or division and a month."""

    code = serializers.CharField()
    name = serializers.CharField()
    month = serializers.CharField(help_text="2026-10, or 2026-07–2026-09")
    state = serializers.CharField(help_text="draft, submitted, approved or sealed")
    revision = serializers.IntegerField(allow_null=True)
    digest = serializers.CharField(allow_null=True, help_text="SHA-256 of the frozen rows; null of a draft")
    seal = serializers.CharField(allow_null=True, help_text="code of the seal; null until it is sealed")
    superseded_at = serializers.DateTimeField(
        allow_null=True, help_text="since when a later revision holds; null of the one in force"
    )
    rolled_up_at = serializers.CharField(allow_null=True)
    sections = ReportSectionSerializer(many=True)
