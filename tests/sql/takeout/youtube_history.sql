-- YouTube's own history goes by its name or its folder, in several languages, and through the parsers of My Activity.
BEGIN;
SELECT plan(11);
SELECT is(imports.recognize(path, '[{"header": "YouTube", "title": "x", "time": "2024-01-01T00:00:00Z"'), 'youtube_history', 'recognised: ' || path)
  FROM unnest(ARRAY['Takeout/YouTube and YouTube Music/history/watch-history.json', 'Takeout/YouTube und YouTube Music/Verlauf/Wiedergabeverlauf.json',
                    'Takeout/YouTube en YouTube Music/geschiedenis/kijkgeschiedenis.json', 'Takeout/YouTube y YouTube Music/historial/historial-de-reproducciones.json',
                    'Takeout/YouTube et YouTube Music/historique/x.json']) AS path;
SELECT is(imports.recognize('Takeout/YouTube/history/search-history.html', NULL), 'youtube_history_html', 'recognised: a page');
SELECT is(imports.recognize('Takeout/My Activity/YouTube/MyActivity.json', '[{"header": "YouTube", "title": "x", "time": "2024-01-01T00:00:00Z"'), 'my_activity',
          'My Activity of YouTube is My Activity');
SELECT is(imports.recognize('Takeout/YouTube/subscriptions/subscriptions.json', '[{"contentDetails": {'), 'youtube_subscriptions_json', 'other files of YouTube are not history');
SELECT is((SELECT product FROM imports.document WHERE document = 'youtube_history'), 'YouTube', 'the product, by its English name');
SELECT is((SELECT targets #>> '{0,parser}' FROM imports.kind WHERE kind = 'youtube_activity'), 'takeout.activity', 'the parser of My Activity');
SELECT is((SELECT targets #>> '{0,parser}' FROM imports.kind WHERE kind = 'youtube_activity_html'), 'takeout.activity_html', 'and that of its pages');
SELECT * FROM finish();
ROLLBACK;
