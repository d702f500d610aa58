"""What is sealed stays, whatever program asks; what was handed in changes its figures only by being given back."""

from django.db import migrations

STAYS = """
CREATE OR REPLACE FUNCTION reports_month_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'sealed' THEN
            RAISE EXCEPTION 'a sealed report stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'sealed' AND ROW(NEW.state, NEW.unit_id, NEW.month, NEW.revision, NEW.digest, NEW.seal,
        NEW.previous_seal, NEW.revised_seal, NEW.revision_reason, NEW.sealed_at, NEW.rows, NEW.changes)
        IS DISTINCT FROM ROW(OLD.state, OLD.unit_id, OLD.month, OLD.revision, OLD.digest, OLD.seal,
        OLD.previous_seal, OLD.revised_seal, OLD.revision_reason, OLD.sealed_at, OLD.rows, OLD.changes) THEN
        RAISE EXCEPTION 'a sealed report stays' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('submitted', 'approved') AND NEW.state <> 'draft'
        AND ROW(NEW.unit_id, NEW.month, NEW.revision, NEW.digest, NEW.rows, NEW.changes)
        IS DISTINCT FROM ROW(OLD.unit_id, OLD.month, OLD.revision, OLD.digest, OLD.rows, OLD.changes) THEN
        RAISE EXCEPTION 'what was handed in is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER reports_month_report_stays BEFORE UPDATE OR DELETE ON reports_monthreport
FOR EACH ROW EXECUTE FUNCTION reports_month_report_stays();
"""
GOES = """
DROP TRIGGER reports_month_report_stays ON reports_monthreport;
DROP FUNCTION reports_month_report_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_first_version")]

    operations = [migrations.RunSQL(STAYS, GOES)]
