-- Notes of Keep of all eras, as JSON and as HTML; labels.
BEGIN;
SELECT plan(15);
CREATE TEMP TABLE note AS SELECT '[
  {"color": "BLUE", "isTrashed": false, "isPinned": true, "isArchived": false, "title": "Packing", "userEditedTimestampUsec": 1709928000123456, "createdTimestampUsec": 1709798400000001,
   "listContent": [{"text": "umbrella", "textHtml": "<p>umbrella</p>", "isChecked": true}, {"text": "bread & butter", "isChecked": false}, 7], "labels": [{"name": "Coast"}, {"name": "to do!"}, {}]},
  {"isTrashed": true, "textContent": "sell fog", "title": "", "userEditedTimestampUsec": 1588748889000000},
  {"textContent": "", "createdTimestampUsec": "1709798400000002", "userEditedTimestampUsec": 0}, {"title": "x", "createdTimestampUsec": 99999999999999999, "userEditedTimestampUsec": 1e400},
  {"attachments": [{"filePath": "a.png", "mimetype": "image/png"}]},
  {"other": 1}, null, 7, {"title": [], "listContent": 7, "labels": [7], "isPinned": "maybe", "createdTimestampUsec": {}}
]'::jsonb AS list, '{"path": "Takeout/Keep/Packing.json"}'::jsonb AS file;
SELECT results_eq($$SELECT ordinal, at, edited_at, title, body, labels, pinned, archived, trashed FROM note, takeout.keep_note(list, file) WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2024-03-07 08:00:00.000001+00'::timestamptz, '2024-03-08 20:00:00.123456+00'::timestamptz, 'Packing', E'umbrella\nbread & butter', ARRAY['Coast', 'to do!'], true, false, false),
           (2, '2020-05-06 07:08:09+00', '2020-05-06 07:08:09+00', NULL, 'sell fog', NULL, NULL, NULL, true),
           (3, '2024-03-07 08:00:00.000002+00', NULL, NULL, '', NULL, NULL, NULL, NULL),
           (4, NULL, NULL, 'x', NULL, NULL, NULL, NULL, NULL), (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
           (9, NULL, NULL, '[]', NULL, NULL, NULL, NULL, NULL)$$, 'notes');
SELECT is((SELECT items FROM note, takeout.keep_note(list, file) WHERE ordinal = 1),
  '[{"text": "umbrella", "checked": true, "textHtml": "<p>umbrella</p>"}, {"text": "bread & butter", "checked": false}]', 'a list');
SELECT is((SELECT attrs FROM note, takeout.keep_note(list, file) WHERE ordinal = 1), '{"color": "BLUE", "createdTimestampUsec": 1709798400000001, "file": "Packing"}', 'what has no column is kept');
SELECT is((SELECT attrs FROM note, takeout.keep_note(list, file) WHERE ordinal = 4), '{"file": "Packing", "userEditedTimestampUsec": 1e400}', 'a time that is none stays as it is, and does not name the note');
SELECT results_eq($$SELECT ordinal, reject FROM note, takeout.keep_note(list, file) WHERE reject IS NOT NULL$$, $$VALUES (6::bigint, 'no note')$$, 'rejects');
SELECT is((SELECT array_agg(DISTINCT ident) FROM takeout.keep_note('[{"title": "a", "createdTimestampUsec": 5}, {"title": "b", "createdTimestampUsec": 5}]', '{"path": "a.json"}')),
          ARRAY[takeout.ident('keep', '5')], 'a note is known by when it was made');
SELECT is((SELECT count(DISTINCT n.ident) FROM unnest(ARRAY['Keep/a.json', 'Keep/b.json']) AS p, takeout.keep_note('[{"title": "a"}]', jsonb_build_object('path', p)) AS n), 2::bigint,
          'else by its file');

CREATE TEMP TABLE page AS SELECT '[
  {"color": "note BLUE", "heading": "Mar 7, 2024, 8:00:00\u202fAM", "title": "Packing", "text": "umbrella\nbread", "pinned": true, "archived": false, "trashed": false,
   "items": [{"text": "umbrella", "checked": true}, {"text": "bread", "checked": false}], "labels": ["Coast"], "files": ["a.png"], "links": ["https://x.example/"], "sharees": ["tam@example.org (Owner)"]},
  {"color": "note", "heading": "07.03.2024, 08:00:00", "title": "", "text": "two\nlines", "pinned": false, "archived": true, "items": [], "labels": []},
  {"heading": "once"}, null, 7, {"items": 7, "labels": 7, "files": {}, "heading": []}
]'::jsonb AS list, '{"path": "Takeout/Keep/Packing.html"}'::jsonb AS file;
SELECT results_eq($$SELECT ordinal, at, title, body, items, labels, pinned, archived FROM page, takeout.keep_page(list, file) WHERE ordinal < 4 ORDER BY 1$$,
  $$VALUES (1::bigint, '2024-03-07 08:00:00+00'::timestamptz, 'Packing', E'umbrella\nbread', '[{"text": "umbrella", "checked": true}, {"text": "bread", "checked": false}]'::jsonb, ARRAY['Coast'], true, false),
           (2, '2024-03-07 08:00:00+00', NULL, E'two\nlines', NULL, NULL, false, true), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL)$$, 'pages');
SELECT is((SELECT attrs - 'heading' FROM page, takeout.keep_page(list, file) WHERE ordinal = 1),
  '{"file": "Packing", "color": "BLUE", "attachments": [{"filePath": "a.png"}], "annotations": [{"url": "https://x.example/"}], "sharees": ["tam@example.org (Owner)"]}', 'what hangs on it');
SELECT is((SELECT attrs -> 'attachments' FROM takeout.keep_page(jsonb_build_array(jsonb_build_object('files',
            ARRAY['a.png', 'blob:image/png,68,' || repeat('0a', 32), 'data:image/svg+xml,x', 'blob:x'])), '{"path": "Keep/x.html"}')),
          jsonb_build_array('{"filePath": "a.png"}'::jsonb, jsonb_build_object('mimetype', 'image/png', 'size', '68', 'sha256', repeat('0a', 32)),
                            '{"filePath": "data:image/svg+xml,x"}'::jsonb, '{"filePath": "blob:x"}'::jsonb), 'pictures inside a page');
SELECT is((SELECT p.ident FROM page, takeout.keep_page(list, file) AS p WHERE p.ordinal = 1), (SELECT n.ident FROM note, takeout.keep_note(list, file) AS n WHERE n.ordinal = 2),
          'the page and the old record of one name are one note');
SELECT results_eq($$SELECT title, type FROM takeout.keep_label('["Coast", "to do!", null, 7, {}]', '{}')$$, $$VALUES ('Coast', 'keep_label'), ('to do!', 'keep_label')$$, 'labels');
SELECT is((SELECT targets FROM imports.kind WHERE kind = 'keep_page'),
          '[{"table": "user_data.note", "parser": "takeout.keep_page", "state": true, "alone": true, "scope": "keep_note", "rank": 1}]', 'the page tells less, of the same list');
SELECT results_eq($$SELECT imports.recognize(p, NULL) FROM unnest(ARRAY['Takeout/Keep/a.json', 'Takeout/Keep/a.html', 'Takeout/Keep/Labels.txt', 'Takeout/Keep/a.png']) AS p$$,
  ARRAY['keep_note', 'keep_page', 'keep_labels', 'media'], 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('Takeout/Notizen/a', h) FROM unnest(ARRAY['{"color":"DEFAULT","isTrashed":false,', '{"attachments":[{"filePath":"x"}],"color":"RED","isTrashed":true',
    '<body><div class="note DEFAULT"><div class="heading">']) AS h$$, ARRAY['keep_note', 'keep_note', 'keep_page'], 'and by content');
SELECT * FROM finish();
ROLLBACK;
