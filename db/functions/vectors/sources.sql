-- What is searched. A place and the visits to it have the same text, so a place is found with its latest visit.

TRUNCATE vectors.source;
SELECT vectors.register_source('activity', 'user_data.activity', ARRAY['title', 'channel'], 'at');
SELECT vectors.register_source('place', 'user_data.place', ARRAY['name', 'address', 'label']);
SELECT vectors.register_source('place_visit', 'user_data.place_visit', ARRAY['name', 'address'], 'at');
SELECT vectors.register_source('note', 'user_data.note', ARRAY['title', 'body'], 'at');
