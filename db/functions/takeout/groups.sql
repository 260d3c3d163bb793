-- Groups/<host>/<group>/members.csv: who is in a group; a first line tells the group, the second one names the columns.
-- Traps: the time of joining is in six columns and a zone. The group is the folder.
CALL imports.register_document('group_members', 'Groups', 'csv', ARRAY['(^|/)Groups/([^/]+/)*members\.csv$']);
CALL imports.register_kind('group_member', 'group_members', 0, '{"as": "object", "start": "^Email address,"}',
  '[{"table": "user_data.item", "parser": "takeout.group_member", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.group_member(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, at timestamptz, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT m.ordinal, CASE WHEN m.address IS NULL THEN 'no address' END,
         takeout.ident('group_member', m.group_name, lower(m.address)),
         CASE WHEN takeout.time_fault(m.joined, j.at) IS NULL THEN j.at END,
         'group_member', 'Groups', m.address, m.record - 'Email address' || jsonb_build_object('group', m.group_name)
    FROM (SELECT l.ordinal, r.record, nullif(r.record ->> 'Email address', '') AS address,
                 substring(p_file ->> 'path' FROM '([^/]+)/[^/]+$') AS group_name,
                 format('%s-%s-%s %s:%s:%s %s', r.record ->> 'Join year', r.record ->> 'Join month', r.record ->> 'Join day',
                        r.record ->> 'Join hour', r.record ->> 'Join minute', r.record ->> 'Join second', r.record ->> 'Time zone') AS joined
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS l(line, ordinal),
                 LATERAL (SELECT l.line -> 'row' AS record) AS r
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS m,
         LATERAL (SELECT CASE WHEN m.joined ~ '^\d{4}-\d\d?-\d\d? \d\d?:\d\d?:\d\d? [A-Za-z_/+-]+$' AND pg_input_is_valid(m.joined, 'timestamptz')
                              THEN m.joined::timestamptz END AS at) AS j
$$;
COMMENT ON FUNCTION takeout.group_member(jsonb, jsonb) IS 'Members of a group, an item each; at is when they joined.';
GRANT EXECUTE ON FUNCTION takeout.group_member(jsonb, jsonb) TO lake_user;
