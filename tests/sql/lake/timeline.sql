-- All that has a time, in order, each under a title, as far as a source tells any.
BEGIN;
SELECT plan(3);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
SET LOCAL timezone = 'UTC';
SET LOCAL ROLE user_900001;
INSERT INTO user_data.activity (at, ident, product, title, url)
VALUES ('2024-01-02', md5('a')::uuid, 'Search', 'Searched for tides', 'https://a.example'), ('2024-01-03', md5('b')::uuid, 'Chrome', NULL, 'https://b.example');
INSERT INTO user_data.comment (at, ident, product, url, body) VALUES ('2024-01-01', md5('c')::uuid, 'YouTube', 'https://c.example', 'So calm.');
INSERT INTO user_data.playlist_item (at, ident, playlist, url) VALUES ('2024-01-05', md5('d')::uuid, 'Road trip', 'https://d.example'), (NULL, md5('e')::uuid, 'Road trip', NULL);
INSERT INTO user_data.saved_place (at, ident, address) VALUES ('2024-01-04', md5('f')::uuid, '7 Dune Rd');
SELECT results_eq('SELECT at::date::text, entity, title, detail FROM lake.timeline ORDER BY at',
  $$VALUES ('2024-01-01', 'comment', 'https://c.example', 'So calm.'), ('2024-01-02', 'activity', 'Searched for tides', 'Search'),
           ('2024-01-03', 'activity', 'https://b.example', 'Chrome'), ('2024-01-04', 'saved_place', '7 Dune Rd', '7 Dune Rd'),
           ('2024-01-05', 'playlist_item', 'https://d.example', 'Road trip')$$, 'what has no title goes by its address; what has no time is left out');
SELECT results_eq('SELECT t.row_id FROM lake.timeline AS t WHERE t.entity = ''comment''', 'SELECT id FROM user_data.comment', 'the row it is');
SET LOCAL ROLE user_900002;
SELECT is_empty('SELECT FROM lake.timeline', 'nobody else sees it');
SELECT * FROM finish();
ROLLBACK;
