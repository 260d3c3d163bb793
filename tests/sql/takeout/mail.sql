-- Messages as decoder mbox gives them: times, identity, direction, chats, attachments; recognised by path and content.
BEGIN;
SELECT plan(18);
SET search_path = lake, ext;

CREATE TEMP TABLE records AS SELECT jsonb_build_array(
  '{"from_line_date": "2024-03-05T18:07:10+00:00", "date": "2024-03-05T18:07:09+00:00", "message_id": "<a@x>", "subject": "Low tide",
    "thrid": "17", "labels": ["Inbox", "Trips, coast"], "from": {"name": "Tam", "address": "Tam@Example.org"},
    "to": [{"name": null, "address": "robin@example.com"}], "cc": [{"name": "P", "address": "Priya@example.org"}], "bcc": [],
    "text": "Hello", "html": "<p>Hello</p>", "fault": null, "headers": {"Subject": "Low tide", "Delivered-To": "robin@example.com", "X-Other": ["1", "2"]},
    "attachments": [{"position": 1, "name": "a.png", "media_type": "image/png", "size": 3, "disposition": "inline", "content_id": "c1",
                     "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
                    {"position": 2, "name": null, "media_type": "text/calendar", "size": 0, "disposition": null, "content_id": null,
                     "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}'::jsonb,
  -- no Date: the separator's
  '{"from_line_date": "2024-03-02T00:00:01+00:00", "date": null, "message_id": "<b@x>", "subject": "no date", "thrid": "18", "labels": ["Sent"],
    "from": {"name": null, "address": "robin@example.com"}, "to": [], "cc": [], "bcc": [], "text": null, "fault": null, "headers": {}, "attachments": []}'::jsonb,
  -- a date that none can be
  '{"from_line_date": "2024-03-02T00:00:02+00:00", "date": "0033-03-02T00:00:01+00:00", "message_id": null, "subject": null, "thrid": "19", "labels": ["Chat"],
    "from": null, "to": [], "cc": [], "bcc": [], "text": "on my way", "fault": "Base64 decode error", "headers": {}, "attachments": []}'::jsonb,
  -- no time at all, with an attachment
  '{"from_line_date": null, "date": null, "message_id": "<d@x>", "subject": "never", "thrid": null, "labels": [], "from": null, "to": [], "cc": [],
    "bcc": [], "text": "x", "fault": null, "headers": {}, "attachments": [{"position": 1, "name": "b", "media_type": "a/b", "size": 0,
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "disposition": null, "content_id": null}]}'::jsonb,
  -- the Message-ID of the first, of another time
  '{"from_line_date": "2024-03-07T18:07:10+00:00", "date": "2024-03-07T18:07:09+00:00", "message_id": "<a@x>", "subject": "Low tide", "thrid": "17",
    "labels": [], "from": null, "to": [], "cc": [], "bcc": [], "text": "Again", "fault": null, "headers": {}, "attachments": []}'::jsonb) AS list;

SELECT results_eq($$SELECT ordinal, at, type, direction, thread, sender, sender_name, recipients, title, body, labels
                      FROM records, takeout.mail_message(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2024-03-05 18:07:09+00'::timestamptz, 'mail', 'received', '17', 'tam@example.org', 'Tam',
            '{priya@example.org,robin@example.com}'::text[], 'Low tide', 'Hello', '{Inbox,"Trips, coast"}'::text[]),
           (2, '2024-03-02 00:00:01+00', 'mail', 'sent', '18', 'robin@example.com', NULL, NULL, 'no date', NULL, '{Sent}'),
           (3, '2024-03-02 00:00:02+00', 'chat', NULL, '19', NULL, NULL, NULL, NULL, 'on my way', '{Chat}'),
           (5, '2024-03-07 18:07:09+00', 'mail', NULL, '17', NULL, NULL, NULL, 'Low tide', 'Again', NULL)$$, 'messages and a chat');
SELECT results_eq($$SELECT ordinal, html, delivered_to FROM records, takeout.mail_message(list, '{}') WHERE html IS NOT NULL OR delivered_to IS NOT NULL$$,
  $$VALUES (1::bigint, '<p>Hello</p>', 'robin@example.com')$$, 'its HTML, and where it came to');
SELECT results_eq($$SELECT delivered_to, direction FROM takeout.mail_message('[{"date": "2024-03-05T18:07:09Z", "headers": {"Delivered-To": [" Ro@Example.com", "list@example.org"]}},
                      {"date": "2024-03-05T18:07:09Z", "headers": {"Delivered-To": "mailing list tide@example.org"}}]', '{}')$$,
  $$VALUES ('ro@example.com', 'received'), (NULL, NULL)$$, 'of several the last server''s; what is no address is none');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.mail_message(list, '{}') WHERE reject IS NOT NULL$$,
  $$VALUES (4::bigint, 'no time')$$, 'a message without any time');
SELECT is((SELECT count(DISTINCT ident) FROM records, takeout.mail_message(list, '{}')), 5::bigint, 'a Message-ID that is used twice is two messages');
SELECT results_eq($$SELECT count(DISTINCT ident), count(*) FROM takeout.mail_message('[{"date": "2024-03-05T18:07:09Z", "subject": "a", "headers": {}},
                      {"date": "2024-03-05T18:07:09Z", "subject": "b", "headers": {}}, {"date": "2024-03-05T18:07:09Z", "subject": "b", "labels": ["x"], "headers": {}},
                      {"date": "2024-03-05T18:07:09Z", "message_id": "", "subject": "c", "headers": {}}]', '{}')$$,
  $$VALUES (3::bigint, 4::bigint)$$, 'without a Message-ID it is what it says, whatever its labels');
SELECT is((SELECT attrs FROM records, takeout.mail_message(list, '{}') WHERE ordinal = 1),
  '{"headers": {"X-Other": ["1", "2"], "Delivered-To": "robin@example.com"}}'::jsonb, 'the other headers are kept');
SELECT is((SELECT attrs ->> 'fault' FROM records, takeout.mail_message(list, '{}') WHERE ordinal = 3), 'Base64 decode error', 'and what the decoder said');
SELECT results_eq($$SELECT ordinal, "position", name, media_type, size_bytes, left(encode(sha256, 'hex'), 4), attrs
                      FROM records, takeout.mail_attachment(list, '{}') ORDER BY 1, 2$$,
  $$VALUES (1::bigint, 1::smallint, 'a.png', 'image/png', 3::bigint, '2cf2', '{"content_id": "c1", "disposition": "inline"}'::jsonb),
           (1, 2::smallint, NULL, 'text/calendar', 0, 'e3b0', NULL)$$, 'attachments, but not of what is rejected');
SELECT is((SELECT ident FROM records, takeout.mail_attachment(list, '{}') WHERE position = 1),
          (SELECT ident FROM records, takeout.mail_message(list, '{}') WHERE ordinal = 1), 'they know their message');
SELECT is((SELECT takeout.mail_ident(list -> 0) FROM records),
          (SELECT takeout.mail_ident(list -> 0 || '{"labels": ["Trash"], "thrid": "99"}') FROM records), 'labels do not change what it is');

SELECT is(imports.recognize('Takeout/Mail/All mail Including Spam and Trash.mbox', NULL), 'mail', 'recognised by name');
SELECT is(imports.recognize('Takeout/E-Mail/Alle Nachrichten.mbox', E'From 1700000000000000001@xxx Tue Mar 05 18:07:09 +0000 2024\r\nX-GM-THRID: 1\r\n'),
          'mail', 'recognised by content');
SELECT is(imports.recognize('Takeout/Groups/googlegroups.com/tide-watch/topics.mbox', E'From 1@xxx Tue Mar 05 18:07:09 +0000 2024\nDate: x\n'),
          'group_mail', 'the mail of a group is not the account''s');
SELECT is((SELECT bool_and(t ->> 'newest' = 'true') FROM imports.kind, jsonb_array_elements(targets) AS t WHERE kind IN ('message', 'group_message')),
          true, 'the newest export tells the labels');
SELECT lives_ok($$SELECT count(*) FROM takeout.mail_message('[null, 1, [], {}, {"from": 1, "headers": []}]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.mail_attachment('[null, 1, [], {}]', '{}')$$, 'takes hostile records for attachments');
SELECT is((SELECT count(*) FROM takeout.mail_message('[{}, null]', '{}') WHERE reject IS NULL), 0::bigint, 'and makes no message of them');
SELECT * FROM finish();
ROLLBACK;
