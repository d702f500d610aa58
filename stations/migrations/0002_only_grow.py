"""What only grows: nobody changes or removes a line of it, whatever program asks."""

from django.db import migrations

# Only from where something was taken is forgotten after a time.
DOWNLOADS = """
CREATE OR REPLACE FUNCTION stations_download_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.address IS NULL AND NEW.device = '' THEN
        OLD.address := NULL;
        OLD.device := '';
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the log of downloads only grows' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE OR REPLACE TRIGGER stations_download_only_grows BEFORE UPDATE OR DELETE ON stations_download
FOR EACH ROW EXECUTE FUNCTION stations_download_only_grows();
"""
MOVES = """
CREATE OR REPLACE FUNCTION stations_unitmove_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the moves of units only grow' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE OR REPLACE TRIGGER stations_unitmove_only_grows BEFORE UPDATE OR DELETE ON stations_unitmove
FOR EACH ROW EXECUTE FUNCTION stations_unitmove_only_grows();
"""
GROW_NO_MORE = """
DROP TRIGGER stations_download_only_grows ON stations_download;
DROP FUNCTION stations_download_only_grows();
DROP TRIGGER stations_unitmove_only_grows ON stations_unitmove;
DROP FUNCTION stations_unitmove_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_first_version")]

    operations = [migrations.RunSQL(DOWNLOADS + MOVES, GROW_NO_MORE)]
