-- Profile/Profile.json: {"name", "displayName", "emails": [{"value"}], "birthday", "gender"}, one document.
-- Trap: the year of the birthday is 0000 where it is hidden, so it stays a text.
CALL imports.register_document('profile', 'Profile', 'json', ARRAY['(^|/)Profile/Profile\.json$'],
  '^[\s\uFEFF]*\{\s*("\w+"\s*:\s*"[^"]*"\s*,\s*)*"name"\s*:\s*\{[^{}]*"formattedName"\s*:');
CALL imports.register_kind('profile', 'profile', 0, '{"document": true}',
  '[{"table": "user_data.item", "parser": "takeout.profile", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.profile(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, CASE WHEN p.record = '{}' THEN 'an empty profile' END,
         takeout.ident('profile', coalesce(p.record #>> '{emails,0,value}', p.title)), 'profile', 'Profile', p.title,
         nullif(p.record - 'displayName', '{}')
    FROM (SELECT r.ordinal, r.record, coalesce(nullif(r.record ->> 'displayName', ''), r.record #>> '{name,formattedName}') AS title
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS p
$$;
COMMENT ON FUNCTION takeout.profile(jsonb, jsonb) IS 'The account''s own profile: one item, with its addresses and birthday in attrs.';
GRANT EXECUTE ON FUNCTION takeout.profile(jsonb, jsonb) TO lake_user;
