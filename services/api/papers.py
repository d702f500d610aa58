"""Papers of agreements, activities and grants for programs: sent, told of, taken away. They are read on pages."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from partners.actions.papers import add_document, remove_document
from partners.agreement_policies import refuse_unless_may_keep
from partners.api.agreements import Agreements
from partners.documents import clean_paper
from partners.models import AgreementDocument
from services.actions.activity_files import add_activity_file, remove_activity_file
from services.actions.grants import add_grant_file
from services.activity_policies import refuse_unless_may_organise
from services.api.activities import Activities
from services.api.grants import Grants
from services.api.sending import Sending
from services.api.serializers import KeyedSerializer
from services.grant_policies import refuse_unless_may_add_paper
from services.models import ActivityFile, GrantFile
from services.papers import read_paper
from stations.api.own import Named, Own, OwnItem, OwnList, Removing, described
from stations.models import User

NO_PAPER = gettext_lazy("None of the papers that you see has the number “%(number)s”.")


class OwnPaperSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    at = serializers.DateTimeField(help_text="when it was added")


class NewPaperSerializer(KeyedSerializer):
    """A PDF, a picture, or a document of an office program."""

    file = serializers.FileField()


class OwnDocumentSerializer(serializers.Serializer[Any]):
    """A document of an agreement."""

    id = serializers.IntegerField(source="pk")
    agreement = serializers.IntegerField(source="agreement_id", help_text="id")
    title = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    at = serializers.DateTimeField(help_text="when it was added")


class NewDocumentSerializer(NewPaperSerializer):
    agreement = serializers.IntegerField(min_value=1, help_text="id")
    title = serializers.CharField(max_length=100)


class Documents(Own):
    """Documents of agreements, for those with a role at the unit that signs, or above it."""

    model, joined = AgreementDocument, ("agreement__unit",)
    noun, serializer, missing = "document", OwnDocumentSerializer, NO_PAPER
    named: ClassVar[dict[str, Named]] = {"agreement": Agreements.of_number}


@described(
    get=("office_documents", "Documents of agreements, page by page"),
    post=("office_documents_add", "Add a document to an agreement"),
)
class OwnDocumentsView(Documents, Sending, OwnList):
    takes = NewDocumentSerializer
    asked_by: ClassVar[dict[str, Named]] = {"agreement": Agreements.of_number}

    def refuse(self, given: dict[str, Any], by: User) -> None:
        refuse_unless_may_keep(by, given["agreement"])

    def keep(self, given: dict[str, Any], by: User) -> AgreementDocument:
        return add_document(by=by, paper=clean_paper(given.pop("file")), **given)


@described(
    get=("office_document", "A document of an agreement"),
    delete=("office_document_remove", "Take it away"),
)
class OwnDocumentView(Documents, Removing, OwnItem):
    def remove(self, row: AgreementDocument, by: User) -> None:
        remove_document(document=row, by=by)


class OwnActivityFileSerializer(OwnPaperSerializer):
    """A paper of an activity."""

    activity = serializers.CharField(source="activity.code")


class NewActivityFileSerializer(NewPaperSerializer):
    activity = serializers.CharField(max_length=8, help_text="code")


class ActivityFiles(Own):
    """Papers of activities, for those who see them in the back office."""

    model, joined = ActivityFile, ("activity",)
    noun, serializer, missing = "activity_file", OwnActivityFileSerializer, NO_PAPER
    named: ClassVar[dict[str, Named]] = {"activity": Activities.of_code}


@described(
    get=("office_activity_files", "Papers of activities, page by page"),
    post=("office_activity_files_add", "Add a paper to an activity"),
)
class OwnActivityFilesView(ActivityFiles, Sending, OwnList):
    takes = NewActivityFileSerializer
    asked_by: ClassVar[dict[str, Named]] = {"activity": Activities.of_code}

    def refuse(self, given: dict[str, Any], by: User) -> None:
        refuse_unless_may_organise(by, given["activity"].organiser)

    def keep(self, given: dict[str, Any], by: User) -> ActivityFile:
        return add_activity_file(activity=given["activity"], upload=given["file"], by=by)


@described(
    get=("office_activity_file", "A paper of an activity"),
    delete=("office_activity_file_remove", "Take it away"),
)
class OwnActivityFileView(ActivityFiles, Removing, OwnItem):
    def remove(self, row: ActivityFile, by: User) -> None:
        remove_activity_file(file=row, by=by)


class OwnGrantFileSerializer(OwnPaperSerializer):
    """A paper of a grant."""

    grant = serializers.IntegerField(source="grant_id", help_text="id")


class NewGrantFileSerializer(NewPaperSerializer):
    grant = serializers.IntegerField(min_value=1, help_text="id")


class GrantFiles(Own):
    """Papers of grants: they stay, as the money does."""

    noun, serializer, missing = "grant_file", OwnGrantFileSerializer, NO_PAPER
    named: ClassVar[dict[str, Named]] = {"grant": Grants.of_number}

    def seen(self, by: User) -> QuerySet[Any]:
        return GrantFile.objects.filter(grant__in=Grants().seen(by).order_by().values("pk"))


@described(
    get=("office_grant_files", "Papers of grants, page by page"),
    post=("office_grant_files_add", "Add a paper to a grant: a decision, an invoice"),
)
class OwnGrantFilesView(GrantFiles, Sending, OwnList):
    takes = NewGrantFileSerializer
    asked_by: ClassVar[dict[str, Named]] = {"grant": Grants.of_number}

    def refuse(self, given: dict[str, Any], by: User) -> None:
        refuse_unless_may_add_paper(by, given["grant"])

    def keep(self, given: dict[str, Any], by: User) -> GrantFile:
        return add_grant_file(grant=given["grant"], paper=read_paper(given["file"]), by=by)


@described(get=("office_grant_file", "A paper of a grant"))
class OwnGrantFileView(GrantFiles, OwnItem):
    pass
