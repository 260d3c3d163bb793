-- The account's own profile.
BEGIN;
SELECT plan(4);
SELECT results_eq($$SELECT ordinal, reject, type, title, attrs FROM takeout.profile('[{"name": {"formattedName": "Ida Mast"}, "emails": [{"value": "i@example.com"}], "birthday": "0000-02-29"},
    {}, {"displayName": "Ida", "emails": 7}, [], null]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, 'profile', 'Ida Mast', '{"name": {"formattedName": "Ida Mast"}, "emails": [{"value": "i@example.com"}], "birthday": "0000-02-29"}'::jsonb),
           (2, 'an empty profile', 'profile', NULL, NULL), (3, NULL, 'profile', 'Ida', '{"emails": 7}')$$, 'profiles');
SELECT is(imports.recognize('Takeout/Profile/Profile.json', NULL), 'profile', 'recognised by name');
SELECT is(imports.recognize('Takeout/Profil/Profil.json', E'{\n "name": {\n "formattedName": "Ida"'), 'profile', 'and by content');
SELECT is(imports.recognize('Takeout/Plus/p.json', '{"person": {"formattedName": "Ida"'), NULL, 'somebody else''s name is no profile');
SELECT * FROM finish();
ROLLBACK;
