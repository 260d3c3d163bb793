-- Access Log Activity: "Activities - A list of Google services accessed by.csv" and "Devices - A list of devices (i.e.
-- Nest, Pixel, iPh.csv", whose names are cut.
-- Traps: activities have 13 columns, since about 2021 16 (two for the referring product before the type, one for the
-- package of a web view after it); times are "… UTC" or ISO; devices have nine columns in either of two orders: the older
-- one ends with the account's number and has country and last time as two lines of one cell.
CALL imports.register_document('access_activities', 'Access Log Activity', 'csv',
  ARRAY['(^|/)Access Log Activity/Activities - [^/]*\.csv$'],
  '^[\uFEFF"]*Gaia ID"?,"?Activity Timestamp"?,|^[^\n]+\n"?\d{15,}"?,"?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^,]*,"?[0-9a-f]*[.:]');
CALL imports.register_kind('access', 'access_activities', 0, '{"as": "array"}',
  '[{"table": "user_data.sign_in", "parser": "takeout.access"}]');
CALL imports.register_document('access_devices', 'Access Log Activity', 'csv',
  ARRAY['(^|/)Access Log Activity/Devices - [^/]*\.csv$'], '^[^\n]*Device Last Location|"Country ISO: ');
CALL imports.register_kind('access_device', 'access_devices', 0, '{"as": "array"}',
  '[{"table": "user_data.device", "parser": "takeout.access_device", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.access(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, title text, ip inet, country text,
               user_agent text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT a.ordinal, CASE WHEN a.at IS NULL THEN CASE WHEN a.cells ->> 1 <> '' THEN 'the time is no time' ELSE 'no time' END END, a.at,
         takeout.ident(VARIADIC 'access'::text || a.facts),
         coalesce(a.facts[6], 'access'), a.facts[2], CASE WHEN pg_input_is_valid(a.facts[4], 'inet') THEN a.facts[4]::inet END,
         nullif(a.cells ->> 5, ''), a.facts[5],
         nullif(jsonb_strip_nulls(jsonb_build_object('account', a.facts[1], 'sub_product', a.facts[3],
           'ip', CASE WHEN NOT pg_input_is_valid(a.facts[4], 'inet') THEN a.facts[4] END,
           'proxied_ip', nullif(a.cells ->> 3, ''), 'non_routable_ip', nullif(a.cells ->> 4, ''),
           'region', nullif(a.cells ->> 6, ''), 'city', nullif(a.cells ->> 7, ''),
           'referer_product', CASE WHEN a.wide THEN nullif(a.cells ->> 11, '') END,
           'referer_sub_product', CASE WHEN a.wide THEN nullif(a.cells ->> 12, '') END,
           'gmail_channel', a.facts[7], 'android_package', a.facts[8],
           'more', CASE WHEN jsonb_array_length(a.cells) > 16 THEN jsonb_path_query_array(a.cells, '$[16 to last]') END)), '{}')
    FROM (SELECT r.ordinal, r.cells, w.wide, takeout.known_time(r.cells ->> 1) AS at,
                 -- What both widths of the table say: account, product, part, address, browser, type, channel, package.
                 ARRAY[nullif(r.cells ->> 0, ''), nullif(r.cells ->> 9, ''), nullif(r.cells ->> 10, ''), nullif(r.cells ->> 2, ''),
                       nullif(r.cells ->> 8, ''), nullif(r.cells ->> CASE WHEN w.wide THEN 13 ELSE 11 END, ''),
                       nullif(r.cells ->> CASE WHEN w.wide THEN 14 ELSE 12 END, ''), CASE WHEN w.wide THEN nullif(r.cells ->> 15, '') END] AS facts
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(cells, ordinal),
                 LATERAL (SELECT jsonb_array_length(CASE jsonb_typeof(r.cells) WHEN 'array' THEN r.cells ELSE '[]' END) > 13) AS w(wide)
           WHERE jsonb_typeof(r.cells) = 'array'
          OFFSET 0) AS a
$$;
COMMENT ON FUNCTION takeout.access(jsonb, jsonb) IS 'Accesses to Google services, from rows of 13 or 16 columns.';
GRANT EXECUTE ON FUNCTION takeout.access(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.access_device(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, type text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT d.ordinal, CASE WHEN d.fields = '{}' THEN 'nothing is said of this device' END,
         coalesce(takeout.known_time(d.fields ->> 'first_activity'), takeout.known_time(d.fields ->> 'last_activity')),
         takeout.ident('access_device', d.fields ->> 'account', d.fields ->> 'brand', d.fields ->> 'marketing_name',
                       d.fields ->> 'model', d.fields ->> 'name', d.fields ->> 'first_activity'),
         'Access Log Activity',
         coalesce(d.fields ->> 'name', d.fields ->> 'marketing_name', d.fields ->> 'model', d.fields ->> 'brand'),
         d.fields ->> 'type', nullif(d.fields - 'type', '{}')
    FROM (SELECT r.ordinal,
                 (SELECT coalesce(jsonb_object_agg(f.name, f.value), '{}')
                    FROM (SELECT n.name, nullif(btrim(r.cells ->> (n.place - 1)::integer, E' \r\n'), '') AS value
                            FROM unnest(CASE WHEN r.cells ->> 0 ~ '^\d{10,}$'
                                             THEN '{account,type,brand,marketing_name,os,country,last_location_at,first_activity,last_activity}'::text[]
                                             ELSE '{type,brand,marketing_name,os,os_version,model,name,last_location,account}' END)
                                 WITH ORDINALITY AS n(name, place)
                          UNION ALL
                          SELECT 'more ' || m.place, m.cell FROM jsonb_array_elements_text(r.cells) WITH ORDINALITY AS m(cell, place)
                           WHERE m.place > 9 AND m.cell <> ''
                          UNION ALL
                          SELECT 'country', substring(r.cells ->> 7 FROM '^Country ISO: *([A-Za-z]{2})')
                          UNION ALL
                          SELECT 'last_activity', substring(r.cells ->> 7 FROM '(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: UTC)?)\s*$')
                           WHERE r.cells ->> 7 ~ '\n') AS f
                   WHERE f.value IS NOT NULL) AS fields
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(cells, ordinal)
           WHERE jsonb_typeof(r.cells) = 'array'
          OFFSET 0) AS d
$$;
COMMENT ON FUNCTION takeout.access_device(jsonb, jsonb) IS
  'Devices that the account was used on; at is the first time the file knows, else the last.';
GRANT EXECUTE ON FUNCTION takeout.access_device(jsonb, jsonb) TO lake_user;
