-- Google Account/<name>.SubscriberInfo.html: lists of "Key: value" under headings, a table of accesses (timestamp, IP
-- address, type, user agents) and a table of changes (timestamp, change).
-- Traps: the page has no classes and no ids, so the tables are told apart by their width; most keys may be without a value.
CALL imports.register_document('subscriber_info', 'Google Account', 'html',
  ARRAY['(^|/)[^/]*\.SubscriberInfo\.html$'], 'GOOGLE SUBSCRIBER INFORMATION');
CALL imports.register_kind('account_info', 'subscriber_info', 0,
  '{"records": "//body", "fields": {"lines": [".//li"], "changes": [".//tr[count(td) = 2]"]}}',
  '[{"table": "user_data.item", "parser": "takeout.account_info", "state": true}]');
CALL imports.register_kind('account_ip_activity', 'subscriber_info', 1,
  '{"records": "//tr[count(td) > 2]", "fields": {"cells": ["td"]}}',
  '[{"table": "user_data.sign_in", "parser": "takeout.account_ip_activity"}]');

CREATE OR REPLACE FUNCTION takeout.account_info(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT a.ordinal, CASE WHEN a.facts IS NULL THEN 'nothing is said of the account' END, takeout.known_time(a.facts ->> 'Created on'),
         takeout.ident('account_info', coalesce(a.facts ->> 'Google Account ID', a.facts ->> 'e-Mail')),
         'account_info', 'Google Account', coalesce(a.facts ->> 'Name', a.facts ->> 'e-Mail'),
         a.facts || CASE WHEN a.changes <> '[]' THEN jsonb_build_object('changes', a.changes) ELSE '{}' END
    FROM (SELECT r.ordinal,
                 (SELECT jsonb_object_agg(l.key, l.value)
                    FROM (SELECT btrim(split_part(t #>> '{}', ':', 1)) AS key,
                                 string_agg(btrim(substr(t #>> '{}', strpos(t #>> '{}', ':') + 1)), '; ') AS value
                            FROM jsonb_path_query(r.record, '$.lines[*]') AS t
                           WHERE strpos(t #>> '{}', ':') > 1
                           GROUP BY 1) AS l
                   WHERE l.value <> '') AS facts,
                 jsonb_path_query_array(r.record, '$.changes[*]') AS changes
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS a
$$;
COMMENT ON FUNCTION takeout.account_info(jsonb, jsonb) IS
  'The account as its page describes it, one item; at is when it was made. attrs has every key as it is called there.';
GRANT EXECUTE ON FUNCTION takeout.account_info(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.account_ip_activity(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, title text, ip inet, user_agent text,
               attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT a.ordinal, CASE WHEN a.at IS NULL THEN 'the time is no time' END, a.at,
         takeout.ident('account_ip_activity', a.cells ->> 1, a.cells ->> 2, nullif(a.cells ->> 3, '')),
         coalesce(nullif(a.cells ->> 2, ''), 'access'), 'Google Account',
         CASE WHEN pg_input_is_valid(nullif(a.cells ->> 1, ''), 'inet') THEN (a.cells ->> 1)::inet END, nullif(a.cells ->> 3, ''),
         nullif(jsonb_strip_nulls(jsonb_build_object(
           'ip', CASE WHEN NOT pg_input_is_valid(nullif(a.cells ->> 1, ''), 'inet') THEN a.cells ->> 1 END,
           'more', CASE WHEN jsonb_array_length(a.cells) > 4 THEN jsonb_path_query_array(a.cells, '$[4 to last]') END)), '{}')
    FROM (SELECT r.ordinal, r.record -> 'cells' AS cells, takeout.known_time(r.record #>> '{cells,0}') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'cells') = 'array'
          OFFSET 0) AS a
$$;
COMMENT ON FUNCTION takeout.account_ip_activity(jsonb, jsonb) IS 'Logins and logouts from the page of the account.';
GRANT EXECUTE ON FUNCTION takeout.account_ip_activity(jsonb, jsonb) TO lake_user;
