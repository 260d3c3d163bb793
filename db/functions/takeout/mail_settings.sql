-- Mail/User Settings/: Filters.json {"filter": [{"criteria", "action"}]} and Blocked Addresses.json {"addresses": [text]}.
CALL imports.register_document('mail_filters', 'Mail', 'json', ARRAY['(^|/)Mail/User Settings/Filters\.json$'],
  '^[\s\uFEFF]*\{\s*"filter"\s*:\s*\[\s*\{\s*"(criteria|action)"');
CALL imports.register_kind('mail_filter', 'mail_filters', 0, '{"list": ["filter"]}',
  '[{"table": "user_data.item", "parser": "takeout.mail_filter", "state": true}]');
CALL imports.register_document('blocked_addresses', 'Mail', 'json', ARRAY['(^|/)Mail/User Settings/Blocked Addresses\.json$']);
CALL imports.register_kind('blocked_address', 'blocked_addresses', 0, '{"list": ["addresses"]}',
  '[{"table": "user_data.item", "parser": "takeout.blocked_address", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.mail_filter(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  -- What it looks for is what the filter is.
  SELECT r.ordinal, CASE WHEN jsonb_typeof(r.record) <> 'object' THEN 'no filter' END,
         takeout.ident('mail_filter', coalesce(r.record -> 'criteria', r.record)::text), 'mail_filter', 'Mail',
         (SELECT string_agg(e.key || ': ' || e.value, ', ' ORDER BY e.key)
            FROM jsonb_each_text(CASE WHEN jsonb_typeof(r.record -> 'criteria') = 'object' THEN r.record -> 'criteria' END) AS e),
         r.record
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
$$;
COMMENT ON FUNCTION takeout.mail_filter(jsonb, jsonb) IS 'Filters of Gmail, an item each: the title says what is looked for, attrs what is done.';
GRANT EXECUTE ON FUNCTION takeout.mail_filter(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.blocked_address(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN jsonb_typeof(r.record) <> 'string' THEN 'no address' END,
         takeout.ident('blocked_address', lower(r.record #>> '{}')), 'blocked_address', 'Mail', r.record #>> '{}'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
$$;
COMMENT ON FUNCTION takeout.blocked_address(jsonb, jsonb) IS 'Addresses whose mail goes to spam, an item each.';
GRANT EXECUTE ON FUNCTION takeout.blocked_address(jsonb, jsonb) TO lake_user;
