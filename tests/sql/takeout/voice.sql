-- Voice: texts of two and of groups, calls and voicemails, with empty names and numbers.
BEGIN;
SELECT plan(13);
CREATE TEMP TABLE said AS SELECT '[
  {"at": "2024-03-05T10:07:09.242-08:00", "number": "tel:+15550100123", "name": "Me", "is_me": true, "text": "early", "files": [], "other": "tel:+15550100001",
   "labels": ["http://www.google.com/voice#sms", "http://www.google.com/voice#inbox"], "deleted": "User Deleted:\nFalse"},
  {"at": "2024-03-05T10:07:44.803-08:00", "number": "tel:+15550100001", "name": "Tam", "is_me": false, "text": "omw\n10 min", "files": ["a-3-1", "b-3-2"], "other": "tel:+15550100001",
   "deleted": "User Deleted:\nTrue"},
  {"at": "2024-03-05T10:07:45Z", "number": "tel:", "name": "", "is_me": false, "text": ""},
  {"at": "soon", "number": "tel:1", "files": ["lost"]}, {"text": "no time"}, {"at": 7, "files": 7, "labels": {}, "members": "x"}, null, 7
]'::jsonb AS list, '{"path": "Takeout/Voice/Calls/Tam - Okafor - Text - 2024-03-05T18_07_09Z.html"}'::jsonb AS file;
SELECT results_eq($$SELECT ordinal, at, type, direction, thread, sender, sender_name, recipients, body, labels, attrs FROM said, takeout.voice_text(list, file) WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2024-03-05 18:07:09.242+00'::timestamptz, 'sms', 'sent', '+15550100001', '+15550100123', 'Me', ARRAY['+15550100001'], 'early', ARRAY['sms', 'inbox'], '{"with": "Tam - Okafor"}'::jsonb),
           (2, '2024-03-05 18:07:44.803+00', 'sms', 'received', '+15550100001', '+15550100001', 'Tam', NULL, E'omw\n10 min', NULL, '{"with": "Tam - Okafor", "deleted": true}'),
           (3, '2024-03-05 10:07:45+00', 'sms', 'received', 'Tam - Okafor', NULL, NULL, NULL, NULL, NULL, '{"with": "Tam - Okafor"}')$$, 'texts of two');
SELECT results_eq($$SELECT ordinal, reject FROM said, takeout.voice_text(list, file) WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (4::bigint, 'the time is no time'), (5, 'no time'), (6, 'the time is no time')$$, 'rejects');
SELECT results_eq($$SELECT a.ordinal, a.position, a.path, a.ident = m.ident FROM said, takeout.voice_text_attachment(list, file) AS a JOIN LATERAL takeout.voice_text(list, file) AS m USING (ordinal) ORDER BY 1, 2$$,
  $$VALUES (2::bigint, 1::smallint, 'Voice/Calls/a-3-1', true), (2, 2::smallint, 'Voice/Calls/b-3-2', true)$$, 'pictures');
SELECT results_eq($$SELECT direction, thread, sender, recipients FROM takeout.voice_text('[
    {"at": "2023-10-01T12:34:50.355-07:00", "number": "tel:+15550100004", "name": "Tam", "members": ["tel:+15550100004", "tel:+15550100001", "tel:"], "other": "tel:+15550100004"},
    {"at": "2023-10-01T12:34:51-07:00", "number": "tel:+15550100123", "is_me": true, "members": ["tel:+15550100004", "tel:+15550100001"]}]',
    '{"path": "Takeout/Voice/Calls/Group Conversation - 2023-10-01T19_34_50Z.html"}')$$,
  $$VALUES ('received', '+15550100001,+15550100004', '+15550100004', ARRAY['+15550100001']), ('sent', '+15550100001,+15550100004', '+15550100123', ARRAY['+15550100001', '+15550100004'])$$,
  'a group is its numbers');
SELECT results_eq($$SELECT t.thread, t.recipients FROM unnest(ARRAY['Voice/Calls/+15550100009 - Text - 2024-03-05T18_07_09Z.html', 'Voice/Calls/ - Text - 2024-03-05T18_07_09Z.html']) AS p,
                           takeout.voice_text('[{"at": "2024-03-05T10:07:09Z", "is_me": true, "number": "tel:1"}]', jsonb_build_object('path', p)) AS t$$,
  $$VALUES ('+15550100009', ARRAY['+15550100009']), (NULL, NULL)$$, 'nobody answered: the name of the file says whom');

CREATE TEMP TABLE call AS SELECT '[
  {"at": "2021-09-03T13:12:00.000-07:00", "duration": "PT0S", "number": "tel:", "name": "", "labels": ["http://www.google.com/voice#placed"]},
  {"at": "2022-11-22T14:27:58.000-08:00", "duration": "PT1H2M4S", "number": "tel:+15550100008", "name": "Priya", "labels": ["x", "http://www.google.com/voice#received"]},
  {"at": "2020-04-30T17:16:43.000-07:00", "duration": "soon", "number": "tel:+15550100005", "name": "Office", "transcript": "Hi", "files": ["v.mp3"],
   "labels": ["http://www.google.com/voice#voicemail", "http://www.google.com/voice#inbox"]},
  {"at": "2016-11-22T09:57:49.000-08:00", "number": "tel:+17323215555"}, {"at": "2021-09-03T13:12:00.000-07:00", "name": "Ro", "number": "tel:2", "labels": ["#placed"]},
  {"number": "tel:1"}, null, 7, {"at": [], "duration": {}, "labels": 7}
]'::jsonb AS list, '{"path": "Takeout/Voice/Calls/+17323215555 - Missed - 2016-11-22T17_57_49Z.html"}'::jsonb AS file;
SELECT results_eq($$SELECT ordinal, at, type, direction, thread, sender, sender_name, recipients, body, duration_s, attrs FROM call, takeout.voice_call(list, file) WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2021-09-03 20:12:00+00'::timestamptz, 'call', 'sent', NULL, NULL, NULL, NULL::text[], NULL, 0::real, NULL::jsonb),
           (2, '2022-11-22 22:27:58+00', 'call', 'received', '+15550100008', '+15550100008', 'Priya', NULL, NULL, 3724, NULL),
           (3, '2020-05-01 00:16:43+00', 'voicemail', 'received', '+15550100005', '+15550100005', 'Office', NULL, 'Hi', NULL, NULL),
           (4, '2016-11-22 17:57:49+00', 'call', 'missed', '+17323215555', '+17323215555', NULL, NULL, NULL, NULL, NULL),
           (5, '2021-09-03 20:12:00+00', 'call', 'sent', '2', NULL, NULL, ARRAY['2'], NULL, NULL, '{"with": "Ro"}')$$, 'calls and voicemails; the name of the file says what no label does');
SELECT results_eq($$SELECT ordinal, reject FROM call, takeout.voice_call(list, file) WHERE reject IS NOT NULL ORDER BY 1$$, $$VALUES (6::bigint, 'no time'), (9, 'the time is no time')$$, 'rejects');
SELECT results_eq($$SELECT a.ordinal, a.path, a.ident = m.ident FROM call, takeout.voice_call_attachment(list, file) AS a JOIN LATERAL takeout.voice_call(list, file) AS m USING (ordinal)$$,
  $$VALUES (3::bigint, 'Voice/Calls/v.mp3', true)$$, 'the sound');
SELECT is((SELECT count(DISTINCT c.ident) FROM call, takeout.voice_call(list || list, file) AS c WHERE c.reject IS NULL), 5::bigint, 'the same call has the same ident');

SELECT results_eq($$SELECT imports.recognize('Takeout/Voice/Calls/' || p, NULL) FROM unnest(ARRAY['Tam - Text - 2024-03-05T18_07_09Z.html', 'Group Conversation - 2023-10-01T19_34_50Z.html',
    ' - Placed - 2021-09-03T20_12_00Z.html', '+1 - Voicemail - 2020-05-01T00_16_43Z.html', 'Tam - Recorded - 2020-05-01T00_16_43Z.html', 'other.html']) AS p$$,
  ARRAY['voice_texts', 'voice_texts', 'voice_call', 'voicemail', 'voice_call', NULL], 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('Takeout/Fremd/x.html', h) FROM unnest(ARRAY['<body><div class="hChatLog hfeed">', '<body><div class="haudio">']) AS h$$,
  ARRAY['voice_texts', 'voice_call'], 'and by content');
SELECT is((SELECT count(DISTINCT k.options) FROM imports.kind AS k WHERE k.kind IN ('voice_call', 'voicemail')), 1::bigint, 'a page of a voicemail is that of a call');
SELECT is((SELECT type FROM takeout.voice_call('[{"at": "2020-05-01T00:16:43Z", "labels": ["http://www.google.com/voice#voicemail"]}]', '{"path": "Fremd/x.html"}')), 'voicemail', 'and its label says that it is one');
SELECT * FROM finish();
ROLLBACK;
