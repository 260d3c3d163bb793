-- Coordinates of places, and those in the addresses of maps.
BEGIN;
SELECT plan(2);
SELECT results_eq($$SELECT ext.st_astext(takeout.place_point(x, y), 6) FROM (VALUES ('-122.690602', '45.530151'), ('0', '0'), ('0', '0.0000'), ('0', '51.5'), ('181', '0'), ('NaN', '1'), ('1e300', '1'), (NULL, '1'), ('x', '1')) AS v(x, y)$$,
  $$VALUES ('POINT(-122.690602 45.530151)'), (NULL), (NULL), ('POINT(0 51.5)'), (NULL), (NULL), (NULL), (NULL), (NULL)$$, 'positions');
SELECT results_eq($$SELECT takeout.map_url_degrees(u) FROM unnest(ARRAY['http://maps.google.com/?q=44.6255,-124.0568', 'https://www.google.com/maps/search/44.676,-124.079', 'https://www.google.com/maps/search/44.676,+-124.079/@1.5,2.5,17z',
    'https://www.google.com/maps/place/X/@38.1,-9.2,17z/data=!3m1!4b1!4m5!3m4!1s0x0:0x1!8m2!3d38.7138!4d-9.1393', 'https://www.google.com/maps/place/X/@38.1,-9.2,17z/data=!4m2', 'http://maps.google.com/?cid=111', 'http://x.example/?a=1,2', NULL]) AS u$$,
  $$VALUES (ARRAY['44.6255', '-124.0568']), (ARRAY['44.676', '-124.079']), (ARRAY['44.676', '-124.079']), (ARRAY['38.7138', '-9.1393']), (ARRAY['38.1', '-9.2']), (NULL), (ARRAY['1', '2']), (NULL)$$, 'addresses');
SELECT * FROM finish();
ROLLBACK;
