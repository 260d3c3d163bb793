-- The page of the account: what it says, and who came in.
BEGIN;
SELECT plan(6);
SELECT results_eq($$SELECT ordinal, reject, at, type, title, attrs FROM takeout.account_info('[
    {"lines": ["Google Account ID: 1", "Name: Ida", "e-Mail: ida@example.com", "Alternate e-Mails:", "Created on: 2012-06-07 08:09:10 Z", "Recovery SMS: +1 [US]", "no key", "Recovery SMS: +2"], "changes": ["x y"]},
    {"lines": [], "changes": []}, {"lines": 7}, 5]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2012-06-07 08:09:10+00'::timestamptz, 'account_info', 'Ida', '{"Google Account ID": "1", "Name": "Ida", "e-Mail": "ida@example.com",
             "Created on": "2012-06-07 08:09:10 Z", "Recovery SMS": "+1 [US]; +2", "changes": ["x y"]}'::jsonb),
           (2, 'nothing is said of the account', NULL, 'account_info', NULL, NULL), (3, 'nothing is said of the account', NULL, 'account_info', NULL, NULL)$$, 'the account');
SELECT results_eq($$SELECT ordinal, reject, at, type, host(ip), user_agent, attrs FROM takeout.account_ip_activity('[{"cells": ["2024-03-05 18:07:09 Z", "192.0.2.10", "Login", "Synth/1.0"]},
    {"cells": ["2024-03-01 00:00:00 Z", "hidden", "", "", "5"]}, {"cells": ["x", "y", "z"]}, {"cells": 7}, null]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-05 18:07:09+00'::timestamptz, 'Login', '192.0.2.10', 'Synth/1.0', NULL::jsonb),
           (2, NULL, '2024-03-01 00:00:00+00', 'access', NULL, NULL, '{"ip": "hidden", "more": ["5"]}'), (3, 'the time is no time', NULL, 'z', NULL, NULL, '{"ip": "y"}')$$, 'accesses');
SELECT is((SELECT count(*) FROM imports.kind WHERE document = 'subscriber_info'), 2::bigint, 'two kinds in one page');
SELECT is(imports.recognize('Takeout/Google Account/ida.SubscriberInfo.html', NULL), 'subscriber_info', 'recognised by name');
SELECT is(imports.recognize('Takeout/Konto/ida.html', '<html><body><h1>GOOGLE SUBSCRIBER INFORMATION</h1>'), 'subscriber_info', 'and by content');
SELECT isnt(imports.recognize('Takeout/Drive/ida.SubscriberInfo.html', 'GOOGLE SUBSCRIBER INFORMATION'), 'subscriber_info', 'but not in Drive');
SELECT * FROM finish();
ROLLBACK;
