-- Events from cells of activity pages: the same as from JSON, in any language, wherever the time stands.
BEGIN;
SELECT plan(21);
CREATE TEMP TABLE records AS SELECT '[
  {"header": "YouTube", "body": [{"t": "Watched\u00a0Tide pools", "u": "https://www.youtube.com/watch?v=1"},
     {"t": "Salt & Shore", "u": "https://www.youtube.com/channel/UC1"}, {"t": "Mar 5, 2024, 10:07:09\u202fAM PST"}],
   "caption": [{"t": "Products:", "b": true}, {"t": "\u2003YouTube"}, {"t": "Why is this here?", "b": true},
     {"t": "\u2003This activity was saved because: here", "u": "https://myaccount.google.com/activitycontrols"}]},
  {"header": null, "body": [{"t": "1 notification"}, {"u": "https://x/icon.png"}, {"t": "Including topics:"}, {"t": "Surf", "u": "https://www.google.com/search?q=surf"},
     {"t": "05.03.2024, 19:07:09 MEZ"}, {"t": "Gespeichert in Web"}, {"t": "\u2003und mehr"}],
   "caption": [{"t": "Produkte:", "b": true}, {"t": "\u2003Discover"}, {"t": "Details:", "b": true}, {"t": "\u2003Von Google Anzeigen"}, {"t": "Standorte:", "b": true},
     {"t": "\u2003In diesem Gebiet", "u": "https://www.google.com/maps/@?api=1&map_action=map&center=38.7138,-9.1393&zoom=11"}]},
  {"header": "Ads", "body": [{"t": "Used Ads"}], "caption": [{"t": "Products:", "b": true}, {"t": "Ads"}, {"t": "10 Jul 2024, 00:30:00 CEST"}]},
  {"header": "Ads", "body": [{"t": "Watched Mar 5, 2024, 10:07:09 AM the film", "u": "https://x"}, {"t": "Jun 1, 2018, 10:43:45 PM"}], "caption": []},
  {"header": "Ads", "body": [{"t": "Mar 5, 2024, 10:07:09 AM"}], "caption": [], "aside": [{"u": "a.jpg"}]},
  {"header": "Ads", "body": [{"t": "No time at all"}], "caption": []},
  {"header": "Ads", "body": [{"t": "Unknown zone"}, {"t": "5 Mar 2024, 18:07:09 XYZ"}]},
  {"header": "Search", "body": [{"t": "Subscribed to Loaf Lab", "u": "https://www.youtube.com/channel/UC2"}, {"t": "Jul 14, 2023, 7:03:04 PM PDT"}]},
  {"header": "Ads", "body": [{"t": "Seen until Mar 1, 2024, 10:07:09 AM, and then never again anywhere"}, {"t": "Seen from Mar 2, 2024, 10:07:09 AM UTC, for a month or even longer"},
     {"t": "Mar 3, 2024, 10:07:09 AM"}, {"t": "Mar 4, 2024, 10:07:09 AM"}], "caption": [{"t": "Products: all", "b": false}, {"t": "Ads"}]},
  {"header": "Ads", "body": [{"t": "Used Ads"}, {"t": "4 Mar 2024, 18:07:09"}], "caption": [{"t": "Products:", "b": true}, {"u": "icon.png"}, {"t": "Ads"}, {"t": "Details:", "b": true}, {"u": "icon.png"}]},
  {"header": "Ads", "body": [{"t": "Used Ads"}, {"t": "5 Mar 2024, 18:07:09"}], "caption": [{"t": "Products:", "b": true}, {"t": "Ads"}]},
  {"header": "Ads", "body": [{"t": "Used Ads"}, {"t": "6 Mar 2024, 18:07:09"}], "caption": []},
  {}, null, {"header": 7, "body": {"t": "x"}, "caption": [7, null, [], {"t": 8}]}
]'::jsonb AS list;
CREATE TEMP TABLE events AS SELECT a.* FROM records, takeout.activity_html(list, '{"product": "My Activity"}') AS a;
SELECT results_eq('SELECT ordinal, at, product, title, url FROM events WHERE reject IS NULL AND ordinal < 9 ORDER BY 1',
  $$VALUES (1::bigint, '2024-03-05 18:07:09+00'::timestamptz, 'YouTube', 'Watched Tide pools', 'https://www.youtube.com/watch?v=1'),
           (2, '2024-03-05 18:07:09+00', 'Discover', '1 notification', NULL), (3, '2024-07-09 22:30:00+00', 'Ads', 'Used Ads', NULL),
           (4, '2018-06-01 22:43:45+00', 'Ads', 'Watched Mar 5, 2024, 10:07:09 AM the film', 'https://x'), (5, '2024-03-05 10:07:09+00', 'Ads', NULL, NULL),
           (8, '2023-07-15 02:03:04+00', 'Search', 'Subscribed to Loaf Lab', 'https://www.youtube.com/channel/UC2')$$,
  'the time is found after subtitles, before paragraphs, in the caption; not in a title');
SELECT set_eq($$SELECT ordinal FROM events WHERE reject = 'no time found, or in an unknown zone'$$, ARRAY[6, 7, 13, 14, 15], 'cells without a time');
SELECT is((SELECT channel FROM events WHERE ordinal = 1), 'Salt & Shore', 'the second line of a video is its channel');
SELECT is((SELECT channel FROM events WHERE ordinal = 8), NULL, 'a channel in the title is no publisher');
SELECT is((SELECT details FROM events WHERE ordinal = 1), NULL, 'why a thing was saved is no remark');
SELECT is((SELECT details FROM events WHERE ordinal = 2), '{Von Google Anzeigen}', 'remarks, in whatever language');
SELECT is((SELECT ext.st_astext(pos, 7) FROM events WHERE ordinal = 2), 'POINT(-9.1393 38.7138)', 'places, in whatever language');
SELECT is((SELECT attrs -> 'subtitles' FROM events WHERE ordinal = 2),
  '[{"name": "Including topics:"}, {"name": "Surf", "url": "https://www.google.com/search?q=surf"}]', 'lines before the time are subtitles, as in JSON');
SELECT is((SELECT attrs -> 'after' FROM events WHERE ordinal = 2), '["Gespeichert in Web", "und mehr"]', 'lines after the time are kept');
SELECT is((SELECT array_agg(attrs -> 'notes' ORDER BY ordinal) FROM events WHERE ordinal <= 2),
  ARRAY['[{"url": "https://myaccount.google.com/activitycontrols", "name": "This activity was saved because: here"}]',
        '[{"url": "https://www.google.com/maps/@?api=1&map_action=map&center=38.7138,-9.1393&zoom=11", "name": "In diesem Gebiet"}]']::jsonb[], 'places and reasons are kept');
SELECT is((SELECT attrs -> 'images' FROM events WHERE ordinal = 5), '["a.jpg"]', 'pictures are kept');
SELECT is((SELECT at FROM events WHERE ordinal = 9), '2024-03-03 10:07:09+00', 'of several times the first that stands alone');
SELECT is((SELECT attrs FROM events WHERE ordinal = 9),
  '{"after": ["Mar 4, 2024, 10:07:09 AM"], "products": ["Products: all", "Ads"],
    "subtitles": [{"name": "Seen from Mar 2, 2024, 10:07:09 AM UTC, for a month or even longer"}]}', 'headings in part bold are lines, too');
SELECT results_eq('SELECT ordinal, at, product, details, attrs FROM events WHERE ordinal BETWEEN 10 AND 12 ORDER BY 1',
  $$VALUES (10::bigint, '2024-03-04 18:07:09+00'::timestamptz, 'Ads', NULL::text[], NULL::jsonb), (11, '2024-03-05 18:07:09+00', 'Ads', NULL, NULL),
           (12, '2024-03-06 18:07:09+00', 'Ads', NULL, NULL)$$, 'captions that stay the same from cell to cell, or change');
SELECT results_eq(
  $$SELECT ident, title, url, channel FROM events WHERE ordinal IN (1, 2) ORDER BY ordinal$$,
  $$SELECT ident, title, url, channel FROM takeout.activity('[
      {"title": "Watched Tide pools", "titleUrl": "https://www.youtube.com/watch?v=1", "time": "2024-03-05T18:07:09.482Z",
       "subtitles": [{"name": "Salt & Shore", "url": "https://www.youtube.com/channel/UC1"}]},
      {"title": "1 notification", "time": "2024-03-05T18:07:09.482Z"}]', '{}')$$, 'the JSON of the same events is the same');
SELECT is((SELECT bool_and((t ->> 'coarse')::boolean) FROM imports.kind, jsonb_array_elements(targets) AS t
            WHERE kind IN ('my_activity_html', 'youtube_activity_html')), true, 'their times are known to the second');
SELECT is(imports.recognize(path, head), document, 'recognised: ' || path)
  FROM (VALUES ('Takeout/My Activity/Chrome/MyActivity.html', NULL, 'my_activity_html'),
               ('Takeout/Meine Aktivitäten/Chrome/MeineAktivitäten.html', NULL, 'my_activity_html'),
               ('Takeout/Aktivitas/x.html', '<html><head><title>Verlauf</title><style type="text/css">/** * material-design-lite', 'my_activity_html'),
               ('Takeout/YouTube/history/watch-history.html', '<html><head><title>x</title><style>.mdl-cell {', 'youtube_history_html')) AS file(path, head, document);
SELECT isnt(imports.recognize('Takeout/archive_browser.html', '<html><head><title>Archive</title>'), 'my_activity_html', 'not recognised: another page');
SELECT * FROM finish();
ROLLBACK;
