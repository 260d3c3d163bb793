-- What is searched. A place and the visits to it have the same text, so a place is found with its latest visit,
-- unless its owner gave it a label.

TRUNCATE vectors.source;
SELECT vectors.register_source('activity', 'user_data.activity', ARRAY['title'], ARRAY['channel'], 'at');
SELECT vectors.register_source('place', 'user_data.place', ARRAY['name'], ARRAY['address', 'label'], NULL);
SELECT vectors.register_source('place_visit', 'user_data.place_visit', ARRAY['name'], ARRAY['address'], 'at');
SELECT vectors.register_source('note', 'user_data.note', ARRAY['title', 'body'], ARRAY[]::text[], 'at');
SELECT vectors.register_source('message', 'user_data.message', ARRAY['title', 'body'], ARRAY['sender', 'sender_name'], 'at');
SELECT vectors.register_source('thread', 'user_data.thread', ARRAY['title'], ARRAY[]::text[], NULL);
SELECT vectors.register_source('contact', 'user_data.contact', ARRAY['name', 'organization', 'note'], ARRAY['nickname', 'job_title'], NULL);
SELECT vectors.register_source('calendar_event', 'user_data.calendar_event', ARRAY['title', 'description'], ARRAY['location'], 'at');
SELECT vectors.register_source('task', 'user_data.task', ARRAY['title', 'body'], ARRAY['list'], 'at');
SELECT vectors.register_source('media_item', 'user_data.media_item', ARRAY['title', 'description'], ARRAY['camera'], 'at');
SELECT vectors.register_source('album', 'user_data.album', ARRAY['title', 'description'], ARRAY[]::text[], 'at');
SELECT vectors.register_source('file', 'user_data.file', ARRAY['name', 'body'], ARRAY['path'], 'at');
SELECT vectors.register_source('bookmark', 'user_data.bookmark', ARRAY['title', 'body'], ARRAY['folder', 'url'], 'at');
SELECT vectors.register_source('saved_place', 'user_data.saved_place', ARRAY['title', 'body'], ARRAY['address', 'list'], 'at');
SELECT vectors.register_source('subscription', 'user_data.subscription', ARRAY['title'], ARRAY['product'], 'at');
SELECT vectors.register_source('playlist', 'user_data.playlist', ARRAY['title', 'description'], ARRAY[]::text[], 'at');
SELECT vectors.register_source('playlist_item', 'user_data.playlist_item', ARRAY['title'], ARRAY['playlist'], 'at');
SELECT vectors.register_source('item', 'user_data.item', ARRAY['title', 'body'], ARRAY['type', 'url'], 'at');
SELECT vectors.register_source('comment', 'user_data.comment', ARRAY['body'], ARRAY['title'], 'at');
SELECT vectors.register_source('review', 'user_data.review', ARRAY['title', 'body'], ARRAY['product'], 'at');
SELECT vectors.register_source('purchase', 'user_data.purchase', ARRAY['title'], ARRAY['product', 'order_id'], 'at');
SELECT vectors.register_source('app_install', 'user_data.app_install', ARRAY['title'], ARRAY['device'], 'at');
SELECT vectors.register_source('workout', 'user_data.workout', ARRAY['title', 'type'], ARRAY[]::text[], 'at');
