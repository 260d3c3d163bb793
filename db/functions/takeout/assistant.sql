-- Assistant Notes and Lists/<list>.csv: what was put on lists by voice, a row each.
-- Traps: what the columns are called is known from no real export: the first one is taken for the item, the others are kept
-- by name. The list is the file's name.
CALL imports.register_document('assistant_list', 'Assistant Notes and Lists', 'csv', ARRAY['(^|/)Assistant Notes and Lists/[^/]+\.csv$']);
CALL imports.register_kind('list_item', 'assistant_list', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.list_item", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.list_item(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT i.ordinal, CASE WHEN i.title IS NULL THEN 'the first column is empty' END, takeout.ident('list_item', i.list, i.title), 'list_item',
         'Assistant Notes and Lists', i.title,
         coalesce((SELECT jsonb_object_agg(c.cell ->> 0, c.cell -> 1) FROM jsonb_path_query(i.record, '$[1 to last]') AS c(cell)
                    WHERE c.cell ->> 0 <> '' AND c.cell ->> 1 <> ''), '{}') || jsonb_build_object('list', i.list)
    FROM (SELECT r.ordinal, r.record, takeout.plain(r.record #>> '{0,1}') AS title, substring(p_file ->> 'path' FROM '([^/]+)\.csv$') AS list
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'array'
          OFFSET 0) AS i
$$;
COMMENT ON FUNCTION takeout.list_item(jsonb, jsonb) IS 'Items of a list that was made with the Assistant.';
GRANT EXECUTE ON FUNCTION takeout.list_item(jsonb, jsonb) TO lake_user;
