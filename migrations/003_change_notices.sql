-- Tells the site which reports were inserted, edited or deleted (lib/reports/changes/). The generator
-- must not notice: nothing that fails in here fails its statement, and creating the triggers gives up
-- rather than have it wait for long behind our lock.
SET LOCAL lock_timeout = '2s';

-- Row by row: a table of the changed rows, which a trigger for each statement could have, would copy
-- a bulk insert to disk, texts and all. Of one transaction 20 rows are named, then "many" is told once.
CREATE OR REPLACE FUNCTION crypto_report_tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told integer;
  ids  text;
BEGIN
  -- Set for this transaction only, and rolled back with it.
  told := coalesce(nullif(current_setting('web_server_report.changes_told', true), ''), '0');
  IF told > 20 THEN
    RETURN NULL;
  END IF;
  -- A full queue would fail the generator's COMMIT, where nothing can catch it. The site then finds the
  -- change by comparing.
  IF pg_notification_queue_usage() > 0.5 THEN
    RETURN NULL;
  END IF;
  IF told = 20 OR TG_OP = 'TRUNCATE' THEN
    PERFORM pg_notify('crypto_report_changed', '{"operation":"MANY"}');
    PERFORM set_config('web_server_report.changes_told', '21', true);
    RETURN NULL;
  END IF;
  ids := CASE TG_OP WHEN 'INSERT' THEN NEW.id::text
                    WHEN 'DELETE' THEN OLD.id::text
                    ELSE concat_ws(',', OLD.id, nullif(NEW.id, OLD.id)) END;
  PERFORM pg_notify('crypto_report_changed', format('{"operation":"%s","ids":[%s]}', TG_OP, ids));
  PERFORM set_config('web_server_report.changes_told', (told + 1)::text, true);
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER crypto_report_changed AFTER INSERT OR UPDATE OR DELETE ON crypto_report
  FOR EACH ROW EXECUTE FUNCTION crypto_report_tell_change();

CREATE OR REPLACE TRIGGER crypto_report_emptied AFTER TRUNCATE ON crypto_report
  FOR EACH STATEMENT EXECUTE FUNCTION crypto_report_tell_change();
