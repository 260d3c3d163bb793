-- What is searched. A place and the visits to it have the same text, so a place is found with its latest visit,
-- unless its owner gave it a label.

TRUNCATE vectors.source;
SELECT vectors.register_source('activity', 'user_data.activity', ARRAY['title'], ARRAY['channel'], 'at');
SELECT vectors.register_source('place', 'user_data.place', ARRAY['name'], ARRAY['address', 'label'], NULL);
SELECT vectors.register_source('place_visit', 'user_data.place_visit', ARRAY['name'], ARRAY['address'], 'at');
SELECT vectors.register_source('note', 'user_data.note', ARRAY['title', 'body'], ARRAY[]::text[], 'at');
