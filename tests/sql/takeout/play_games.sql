-- Games and achievements; the game of an achievement is in the path.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT ordinal, reject, at, title, attrs FROM takeout.game_activity('[{"title": "Buoy", "names": ["Last played"], "values": ["2024-02-02T20:00:00Z", "x"]}, {"title": ""}, 7]', '{"path": "Takeout/Activity.html"}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-02-02 20:00:00+00'::timestamptz, 'Buoy', '{"Last played": "2024-02-02T20:00:00Z", "column 2": "x"}'::jsonb), (2, 'no name of a game', NULL, NULL, NULL)$$, 'games');
SELECT results_eq($$SELECT ordinal, reject, at, title, body, attrs FROM takeout.game_achievement('[{"text": "First splash — Unlocked 2024-02-02T20:01:00Z"}, {"text": "Ten in a row — Locked"}, {"text": "Well-known"}, {"text": ""}, {}]',
    '{"path": "Takeout/Google Play Games Services/Games/Buoy Bounce/Achievements.html"}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-02-02 20:01:00+00'::timestamptz, 'First splash', 'Unlocked 2024-02-02T20:01:00Z', '{"game": "Buoy Bounce"}'::jsonb),
           (2, NULL, NULL, 'Ten in a row', 'Locked', '{"game": "Buoy Bounce"}'), (3, NULL, NULL, 'Well-known', NULL, '{"game": "Buoy Bounce"}'),
           (4, 'no name of an achievement', NULL, '', NULL, '{"game": "Buoy Bounce"}')$$, 'achievements');
SELECT results_eq($$SELECT imports.recognize('Takeout/Google Play Games Services/Games/Buoy Bounce/' || n, NULL) FROM unnest('{Activity.html,Achievements.html}'::text[]) AS n$$,
  $$VALUES ('play_game'), ('play_achievements')$$, 'recognised by name');
SELECT * FROM finish();
ROLLBACK;
