-- Keep/<title or time>.json, a note each: {"title", "textContent" | "listContent": [{"text", "isChecked"}], "createdTimestampUsec",
-- "userEditedTimestampUsec", "labels": [{"name"}], "attachments", "annotations", "sharees", "isPinned" …}; the same note as HTML
-- beside it, which before 2018 is all there is, with the pictures inside; Keep/Labels.txt.
-- Traps: times are microseconds as numbers; createdTimestampUsec is missing before 2022; some notes are no valid JSON (their
-- HTML is); a note has no id. It is known by when it was made, so that a new title makes no new note; one that does not say
-- when it was made is known by its file's name, until imports.settle_notes finds what it is.
CALL imports.register_document('keep_note', 'Keep', 'json', ARRAY['(^|/)Keep/[^/]+\.json$'],
  '^[\s\uFEFF]*\{\s*("attachments"\s*:\s*\[[^\]]*\]\s*,\s*)?"color"\s*:\s*"[A-Z_]+"\s*,\s*"isTrashed"\s*:');
CALL imports.register_kind('keep_note', 'keep_note', 0, '{"document": true}',
  '[{"table": "user_data.note", "parser": "takeout.keep_note", "state": true, "alone": true}]');
CALL imports.register_document('keep_page', 'Keep', 'html', ARRAY['(^|/)Keep/[^/]+\.html$'],
  '<div class="note( [A-Z_]+)?"><div class="heading">');
CALL imports.register_kind('keep_page', 'keep_page', 0, $${
    "records": "//div[contains(concat(' ', @class, ' '), ' note ')]",
    "fields": {
      "color": "@class", "heading": "div[@class='heading']", "title": "div[@class='title']", "text": "div[@class='content']",
      "items": {"records": "div[@class='content']//li[contains(concat(' ', @class, ' '), ' listitem ')]",
                "fields": {"text": ".//span[@class='text']", "checked": "boolean(self::*[contains(concat(' ', @class, ' '), ' checked ')])"}},
      "labels": [".//span[@class='label-name']"], "pinned": "boolean(.//span[@class='pinned'])", "archived": "boolean(.//span[@class='archived'])",
      "trashed": "boolean(.//span[@class='trashed'])",
      "files": [".//div[@class='attachments']//@src"],
      "links": [".//a[@class='annotation-link']/@href"], "sharees": [".//div[@class='sharees']//span[@class='text']"]},
    "inline": true}$$,
  '[{"table": "user_data.note", "parser": "takeout.keep_page", "state": true, "alone": true, "scope": "keep_note", "rank": 1}]');
CALL imports.register_document('keep_labels', 'Keep', 'lines', ARRAY['(^|/)Keep/Labels\.txt$']);
CALL imports.register_kind('keep_label', 'keep_labels', 0, '{}',
  '[{"table": "user_data.item", "parser": "takeout.keep_label", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.keep_name(p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT normalize(substring(p_path FROM '([^/]+)\.[^./]*$'), NFC) $$;
COMMENT ON FUNCTION takeout.keep_name(text) IS 'What the file of a note is called, without the extension: its JSON and its HTML are called the same.';
GRANT EXECUTE ON FUNCTION takeout.keep_name(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.keep_note(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, at timestamptz, edited_at timestamptz, title text, body text, items jsonb,
               labels text[], pinned boolean, archived boolean, trashed boolean, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT n.ordinal,
         CASE WHEN NOT n.record ?| '{textContent,listContent,title,userEditedTimestampUsec,createdTimestampUsec,attachments}' THEN 'no note' END,
         CASE WHEN n.made IS NULL THEN takeout.ident('keep', 'file', n.name) ELSE takeout.ident('keep', n.record ->> 'createdTimestampUsec') END,
         coalesce(n.made, n.edited), n.edited, nullif(n.record ->> 'title', ''), coalesce(n.record ->> 'textContent', l.body), l.items,
         (SELECT array_agg(l.label ->> 'name' ORDER BY l.place)
            FROM jsonb_path_query(n.record, '$.labels[*]') WITH ORDINALITY AS l(label, place) WHERE l.label ->> 'name' IS NOT NULL),
         CASE n.record ->> 'isPinned' WHEN 'true' THEN true WHEN 'false' THEN false END,
         CASE n.record ->> 'isArchived' WHEN 'true' THEN true WHEN 'false' THEN false END,
         CASE n.record ->> 'isTrashed' WHEN 'true' THEN true WHEN 'false' THEN false END,
         -- imports.settle_notes needs the name of the file, and whether the time is that of the note's making.
         n.record - '{title,textContent,listContent,labels,isPinned,isArchived,isTrashed}'::text[]
         - CASE WHEN n.edited IS NULL THEN '' ELSE 'userEditedTimestampUsec' END - CASE WHEN n.made IS NULL THEN 'createdTimestampUsec' ELSE '' END
         || jsonb_build_object('file', n.name)
    FROM (SELECT r.ordinal, r.record, takeout.keep_name(p_file ->> 'path') AS name, t.made, t.edited
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL (SELECT CASE WHEN takeout.time_fault('', m.made) IS NULL AND m.made <> 'epoch' THEN m.made END AS made,
                                 CASE WHEN takeout.time_fault('', m.edited) IS NULL AND m.edited <> 'epoch' THEN m.edited END AS edited
                            FROM (SELECT CASE WHEN pg_input_is_valid(r.record ->> 'createdTimestampUsec', 'bigint')
                                              THEN takeout.microseconds((r.record ->> 'createdTimestampUsec')::bigint) END AS made,
                                         CASE WHEN pg_input_is_valid(r.record ->> 'userEditedTimestampUsec', 'bigint')
                                              THEN takeout.microseconds((r.record ->> 'userEditedTimestampUsec')::bigint) END AS edited) AS m) AS t
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS n,
         LATERAL (SELECT string_agg(i.item ->> 'text', E'\n' ORDER BY i.place) AS body,
                         jsonb_agg(jsonb_build_object('text', i.item ->> 'text', 'checked', coalesce(i.item -> 'isChecked', 'false'))
                                   || (i.item - '{text,isChecked}'::text[]) ORDER BY i.place) AS items
                    FROM jsonb_path_query(n.record, '$.listContent[*]') WITH ORDINALITY AS i(item, place) WHERE jsonb_typeof(i.item) = 'object') AS l
$$;
COMMENT ON FUNCTION takeout.keep_note(jsonb, jsonb) IS 'A note of Keep from its JSON, the body of a list being its items; colour, annotations, attachments and who it is shared with stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.keep_note(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.keep_page(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, at timestamptz, title text, body text, items jsonb, labels text[], pinned boolean,
               archived boolean, trashed boolean, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT n.ordinal, NULL, takeout.ident('keep', 'file', n.name), CASE WHEN takeout.time_fault('', n.at) IS NULL THEN n.at END,
         nullif(n.record ->> 'title', ''), CASE WHEN n.items IS NULL THEN nullif(n.record ->> 'text', '')
              ELSE (SELECT string_agg(i.item ->> 'text', E'\n' ORDER BY i.place)
                      FROM jsonb_array_elements(n.items) WITH ORDINALITY AS i(item, place) WHERE jsonb_typeof(i.item) = 'object') END, n.items,
         (SELECT array_agg(l.label ORDER BY l.place)
            FROM jsonb_array_elements_text(CASE jsonb_typeof(n.record -> 'labels') WHEN 'array' THEN n.record -> 'labels' ELSE '[]' END)
                 WITH ORDINALITY AS l(label, place)),
         n.record ->> 'pinned' = 'true', n.record ->> 'archived' = 'true', n.record ->> 'trashed' = 'true',
         jsonb_strip_nulls(jsonb_build_object(
           'file', n.name, 'heading', n.record -> 'heading', 'color', substring(n.record ->> 'color' FROM '[A-Z_]{2,}'),
           'attachments', (SELECT jsonb_agg(CASE WHEN b.parts IS NULL THEN jsonb_build_object('filePath', f.name)
                                                 ELSE jsonb_build_object('mimetype', b.parts[1], 'size', b.parts[2], 'sha256', b.parts[3]) END ORDER BY f.place)
                             FROM jsonb_path_query(n.record, '$.files[*]') WITH ORDINALITY AS f(name, place),
                                  LATERAL (SELECT regexp_match(f.name #>> '{}', '^blob:([^,]*),(\d{1,18}),([0-9a-f]{64})') AS parts) AS b),
           'annotations', (SELECT jsonb_agg(jsonb_build_object('url', a.url)) FROM jsonb_path_query(n.record, '$.links[*]') AS a(url)),
           'sharees', nullif(n.record -> 'sharees', '[]')))
    FROM (SELECT r.ordinal, r.record, takeout.keep_name(p_file ->> 'path') AS name, takeout.activity_time(takeout.plain(r.record ->> 'heading')) AS at,
                 CASE WHEN jsonb_typeof(r.record -> 'items') = 'array' THEN nullif(r.record -> 'items', '[]') END AS items
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS n
$$;
COMMENT ON FUNCTION takeout.keep_page(jsonb, jsonb) IS
  'A note of Keep from its HTML, whose time has no zone and is read as UTC. Pictures inside the page are in the blob store.';
GRANT EXECUTE ON FUNCTION takeout.keep_page(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.keep_label(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL, takeout.ident('keep_label', r.record #>> '{}'), 'keep_label', 'Keep', r.record #>> '{}'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'string'
$$;
COMMENT ON FUNCTION takeout.keep_label(jsonb, jsonb) IS 'Labels for notes.';
GRANT EXECUTE ON FUNCTION takeout.keep_label(jsonb, jsonb) TO lake_user;
