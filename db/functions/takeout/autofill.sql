-- Chrome/Autofill.json (Addresses and more.json): {"Autofill": [{"name", "value", "usage_timestamp": […]}],
-- "Autofill Profile": [addresses], and newer lists of things to fill in}. What was typed into forms, and what is offered.
-- Traps: times are in microseconds since 1601, written as strings; fields of a profile are lists or plain.
CALL imports.register_document('autofill', 'Chrome', 'json',
  ARRAY['(^|/)Chrome/(Autofill|Addresses and more)\.json$'], '^[\s\uFEFF]*\{\s*"Autofill( Profile)?"\s*:\s*\[');
CALL imports.register_kind('autofill_entry', 'autofill', 0, '{"list": ["Autofill"]}',
  '[{"table": "user_data.item", "parser": "takeout.autofill_entry", "state": true}]');
CALL imports.register_kind('autofill_profile', 'autofill', 1, '{"list": ["Autofill Profile"]}',
  '[{"table": "user_data.item", "parser": "takeout.autofill_profile", "state": true}]');
CALL imports.register_kind('autofill_more', 'autofill', 2, '{"list": ["*"]}',
  '[{"table": "user_data.item", "parser": "takeout.autofill_more", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.autofill_entry(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal, CASE WHEN e.name IS NULL AND e.value IS NULL THEN 'neither a name nor a value' END,
         (SELECT max(takeout.kept_time(takeout.epoch_time(u #>> '{}')))
            FROM jsonb_path_query(e.record, '$.usage_timestamp[*]') AS u),
         takeout.ident('autofill_entry', e.name, e.value), 'autofill_entry', 'Chrome', e.name, e.value,
         nullif(e.record - '{name,value}'::text[], '{}')
    FROM (SELECT r.ordinal, r.record, takeout.plain(r.record ->> 'name') AS name, nullif(r.record ->> 'value', '') AS value
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS e
$$;
COMMENT ON FUNCTION takeout.autofill_entry(jsonb, jsonb) IS
  'Items from the elements of "Autofill": title the field, body what was typed, at when it was used last.';
GRANT EXECUTE ON FUNCTION takeout.autofill_entry(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.autofill_profile(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.record = '{}' THEN 'nothing in this record is known to the parser' END,
         takeout.kept_time(takeout.epoch_time(r.record ->> 'use_date')),
         takeout.ident('autofill_profile', coalesce(r.record ->> 'guid', r.record::text)), 'autofill_profile', 'Chrome',
         (SELECT string_agg(takeout.plain(n #>> '{}'), ', ')
            FROM jsonb_path_query(r.record, '$.name_full[*] ? (@.type() == "string")') AS n),
         NULL::text, r.record
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.autofill_profile(jsonb, jsonb) IS 'Items from the elements of "Autofill Profile": title the full name.';
GRANT EXECUTE ON FUNCTION takeout.autofill_profile(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.autofill_more(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, p.reject, p.at, takeout.ident('autofill_more', coalesce(p.attrs ->> 'guid', p.attrs ->> 'id', p.attrs::text)),
         'autofill_more', p.product, p.title, p.body, p.attrs
    FROM takeout.autofill_profile(p_records, p_file) AS p
$$;
COMMENT ON FUNCTION takeout.autofill_more(jsonb, jsonb) IS 'Items from the elements of other lists in that file.';
GRANT EXECUTE ON FUNCTION takeout.autofill_more(jsonb, jsonb) TO lake_user;
