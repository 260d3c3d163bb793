-- Google Play Books/<title>/<title>.json: {"title", "authors", "bookmarks": [{"text", "creationTime"}], "annotations":
-- [{"selectedText", "note", "creationTime"}]}, one document for each book.
-- Trap: the shape is known from few exports; the keys that are not used stay in attrs.
CALL imports.register_document('play_book', 'Google Play Books', 'json', ARRAY['(^|/)Google Play Books/[^/]+/[^/]+\.json$'],
  '^[\s\uFEFF]*\{\s*"title"\s*:.*"authors"\s*:');
CALL imports.register_kind('book', 'play_book', 0, '{"document": true}',
  '[{"table": "user_data.item", "parser": "takeout.book", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.book(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT b.ordinal, CASE WHEN b.title IS NULL THEN 'no title' END, takeout.ident('book', 'Google Play Books', b.title, b.book ->> 'authors'),
         'book', 'Google Play Books', b.title,
         (SELECT string_agg(t #>> '{}', E'\n') FROM jsonb_path_query(b.book, '$.annotations[*].*') WITH ORDINALITY AS t(t, n)
           WHERE jsonb_typeof(t) = 'string' AND NOT coalesce(pg_input_is_valid(t #>> '{}', 'timestamptz'), false)),
         nullif(b.book - 'title', '{}')
    FROM (SELECT r.ordinal, r.record AS book, nullif(r.record ->> 'title', '') AS title
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS b
$$;
COMMENT ON FUNCTION takeout.book(jsonb, jsonb) IS 'Books with what was marked and noted in them: the texts in body, all of it in attrs.';
GRANT EXECUTE ON FUNCTION takeout.book(jsonb, jsonb) TO lake_user;
