-- Chrome/Bookmarks.html and ReadingList.html: Netscape bookmark files, <DL> of <DT><H3>folder</H3> and <DT><A>.
-- Traps: <DT>, <DD> and <P> are never closed, so they are taken out before the page is read; ADD_DATE is in seconds,
-- milliseconds or microseconds since 1970 or in microseconds since 1601, 0 where unknown; addresses may be scripts; one
-- address may stand twice in a folder, under two titles: when it was added tells which is which. By
-- content the two are one: a reading list of an unknown name is taken for bookmarks without folders.
CALL imports.register_document('bookmarks', 'Chrome', 'html',
  ARRAY['(^|/)Bookmarks\.html$'], '^[\s\uFEFF]*<!DOCTYPE NETSCAPE-Bookmark-file');
CALL imports.register_kind('bookmark', 'bookmarks', 0,
  '{"records": "//a[@href]", "drop": ["dt", "dd", "p"], "empty": "//dl",
    "fields": {"title": "string()", "url": "@href", "added": "@add_date", "modified": "@last_modified", "icon": "@icon", "tags": "@tags",
               "body": "following-sibling::node()[1]/self::text()",
               "folder": ["ancestor::dl/preceding-sibling::*[1]/self::h3"]}}',
  '[{"table": "user_data.bookmark", "parser": "takeout.bookmark", "state": true}]');
CALL imports.register_document('reading_list', 'Chrome', 'html',
  ARRAY['(^|/)Reading ?List\.html$'], '^[\s\uFEFF]*<!DOCTYPE NETSCAPE-Bookmark-file');
CALL imports.register_kind('reading_list_item', 'reading_list', 0,
  '{"records": "//a[@href]", "drop": ["dt", "dd", "p"], "empty": "//dl",
    "fields": {"title": "string()", "url": "@href", "added": "@add_date", "modified": "@last_modified", "icon": "@icon", "tags": "@tags",
               "body": "following-sibling::node()[1]/self::text()",
               "folder": ["ancestor::dl/preceding-sibling::*[1]/self::h3"]}}',
  '[{"table": "user_data.bookmark", "parser": "takeout.reading_list_item", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.bookmark(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, folder text, title text, url text,
               body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT b.ordinal, CASE WHEN b.url IS NULL AND b.title IS NULL THEN 'neither a URL nor a title' END,
         takeout.kept_time(b.added), takeout.ident('bookmark', 'Chrome', b.folder, coalesce(b.url, b.title), extract(epoch FROM date_trunc('second', takeout.kept_time(b.added)))::bigint::text),
         'Chrome', b.folder, b.title, b.url, b.body,
         nullif(jsonb_strip_nulls(jsonb_build_object(
           'icon', nullif(b.record ->> 'icon', ''), 'tags', nullif(b.record ->> 'tags', ''),
           'modified_at', takeout.kept_time(takeout.epoch_time(b.record ->> 'modified')),
           'added', CASE WHEN takeout.kept_time(b.added) IS NULL THEN nullif(nullif(b.record ->> 'added', ''), '0') END)), '{}')
    FROM (SELECT r.ordinal, r.record, takeout.epoch_time(r.record ->> 'added') AS added,
                 takeout.plain(r.record ->> 'title') AS title, nullif(btrim(r.record ->> 'url'), '') AS url,
                 takeout.plain(r.record ->> 'body') AS body,
                 -- A slash in the name of a folder is no separator, but nothing else would be easier to read.
                 coalesce((SELECT string_agg(takeout.plain(f #>> '{}'), '/' ORDER BY n)
                             FROM jsonb_array_elements(CASE WHEN jsonb_typeof(r.record -> 'folder') = 'array'
                                                            THEN r.record -> 'folder' ELSE '[]' END)
                                  WITH ORDINALITY AS f(f, n)), '') AS folder
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS b
$$;
COMMENT ON FUNCTION takeout.bookmark(jsonb, jsonb) IS 'Bookmarks from the links of a bookmark file, with the folders around them.';
GRANT EXECUTE ON FUNCTION takeout.bookmark(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.reading_list_item(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, folder text, title text, url text,
               body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT b.ordinal, b.reject, b.at, takeout.ident('reading_list_item', 'Chrome', coalesce(b.url, b.title)), b.product,
         concat_ws('/', 'Reading list', nullif(b.folder, '')), b.title, b.url, b.body, b.attrs
    FROM takeout.bookmark(p_records, p_file) AS b
$$;
COMMENT ON FUNCTION takeout.reading_list_item(jsonb, jsonb) IS 'Bookmarks in the folder Reading list, from the links of a reading list.';
GRANT EXECUTE ON FUNCTION takeout.reading_list_item(jsonb, jsonb) TO lake_user;
