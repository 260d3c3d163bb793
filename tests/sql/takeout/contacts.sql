-- The same people in jCards and in the rows of both forms of the CSV; the owner's own numbers.
BEGIN;
SELECT plan(17);
SET search_path = lake, ext;

CREATE TEMP TABLE cards AS SELECT jsonb_build_array(
  '["vcard", [["version", {}, "text", "3.0"], ["fn", {}, "text", "Dr. Tam Okafor"], ["n", {}, "text", ["Okafor", "Tam", "", "Dr.", ""]],
     ["email", {"type": ["WORK"]}, "text", "Tam@example.org"], ["email", {}, "text", "tam@example.com"],
     ["tel", {"type": ["CELL"]}, "text", "+1 555 010-0001"], ["tel", {"group": "item1"}, "text", "(555) 010-0002"], ["tel", {}, "text", "0044 1"],
     ["tel", {}, "text", "none"], ["x-ablabel", {"group": "item1"}, "text", "Boat"], ["bday", {}, "text", "--02-29"],
     ["org", {}, "text", ["Harbor Office", "Tides"]], ["title", {}, "text", "Keeper"], ["nickname", {}, "text", "T"],
     ["adr", {"type": ["HOME"]}, "text", ["", "", "7 Dune Rd, Apt 2", "Newport", "OR", "97365", "USA"]],
     ["url", {}, "uri", "https://tides.example.org"], ["note", {}, "text", "Knows tides, kelp; and bread.\nYes."],
     ["photo", {}, "blob", {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "size": 0}],
     ["categories", {}, "text", ["myContacts", "Coast"]]]]'::jsonb,
  '["vcard", [["fn", {}, "text", ""], ["n", {}, "text", ["", "", "", "", ""]], ["email", {}, "text", "list@example.org"]]]'::jsonb,
  '["vcard", [["version", {}, "text", "3.0"], ["fn", {}, "text", ""], ["n", {}, "text", ["", "", "", "", ""]]]]'::jsonb,
  '["vcard", [["n", {}, "text", ["Maré", "João", "", "", ""]], ["tel", {}, "text", "+1555"]]]'::jsonb,
  '["vcard", [["fn", {}, "text", "Bakery"], ["n", {}, "text", ["", "", "", "", ""]], ["org", {}, "text", ["Bakery"]], ["tel", {}, "text", "555"]]]'::jsonb) AS list;
CREATE TEMP TABLE rows AS SELECT jsonb_build_array(
  '{"First Name": "Tam", "Middle Name": "", "Last Name": "Okafor", "Name Prefix": "Dr.", "Birthday": "--02-29", "Labels": "* myContacts ::: Coast",
    "E-mail 1 - Label": "Work", "E-mail 1 - Value": "tam@example.org", "E-mail 2 - Value": "tam@example.com", "Phone 1 - Value": "+1 555 010-0001 ::: (555) 010-0002",
    "Phone 2 - Value": "", "Address 1 - Formatted": "7 Dune Rd", "Website 1 - Value": "https://x.example", "Notes": "n", "Organization Name": "H"}'::jsonb,
  '{"First Name": "", "E-mail 1 - Value": "list@example.org"}'::jsonb,
  '{"Name": "João Maré", "Given Name": "João", "Family Name": "Maré", "Phone 1 - Type": "Mobile", "Phone 1 - Value": "+1555", "Group Membership": "* myContacts"}'::jsonb,
  '{"First Name": "", "Organization Name": "Bakery", "Phone 1 - Value": "555"}'::jsonb, '{"First Name": " "}'::jsonb) AS list;

SELECT results_eq($$SELECT name, nickname, organization, job_title, birthday, emails, phones, phones_e164, addresses, urls, labels, note, left(encode(photo_sha256, 'hex'), 4)
                      FROM cards, takeout.contact_card(list, '{}') WHERE ordinal = 1$$,
  $$VALUES ('Dr. Tam Okafor', 'T', 'Harbor Office', 'Keeper', '--02-29', '{Tam@example.org,tam@example.com}'::text[],
            '{+1 555 010-0001,(555) 010-0002,0044 1,none}'::text[], '{+15550100001,5550100002,+441}'::text[],
            ARRAY['7 Dune Rd, Apt 2, Newport, OR, 97365, USA'], '{https://tides.example.org}'::text[], '{myContacts,Coast}'::text[],
            E'Knows tides, kelp; and bread.\nYes.', 'e3b0')$$, 'a card');
SELECT ok((SELECT attrs -> 'properties' @> '[["x-ablabel", {"group": "item1"}, "text", "Boat"]]' FROM cards, takeout.contact_card(list, '{}') WHERE ordinal = 1),
          'what has no column is kept as it is');
SELECT results_eq($$SELECT ordinal, reject FROM cards, takeout.contact_card(list, '{}') WHERE reject IS NOT NULL$$,
  $$VALUES (3::bigint, 'the card says nothing')$$, 'an empty card');
SELECT is((SELECT name FROM cards, takeout.contact_card(list, '{}') WHERE ordinal = 4), 'João Maré', 'a name from its parts');
SELECT results_eq($$SELECT name, emails, phones, phones_e164, addresses, urls, labels, note, organization FROM rows, takeout.contact_row(list, '{}') WHERE ordinal = 1$$,
  $$VALUES ('Tam Okafor', '{tam@example.org,tam@example.com}'::text[], '{+1 555 010-0001,(555) 010-0002}'::text[], '{+15550100001,5550100002}'::text[],
            '{7 Dune Rd}'::text[], '{https://x.example}'::text[], '{myContacts,Coast}'::text[], 'n', 'H')$$, 'a row');
SELECT results_eq($$SELECT name, phones, labels FROM rows, takeout.contact_row(list, '{}') WHERE ordinal = 3$$,
  $$VALUES ('João Maré', '{+1555}'::text[], '{myContacts}'::text[])$$, 'a row of the older form');
SELECT is((SELECT reject FROM rows, takeout.contact_row(list, '{}') WHERE ordinal = 5), 'the row says nothing', 'an empty row');
SELECT results_eq(
  $$SELECT c.ident FROM cards, takeout.contact_card(list, '{}') AS c WHERE c.reject IS NULL ORDER BY c.ordinal$$,
  $$SELECT r.ident FROM rows, takeout.contact_row(list, '{}') AS r WHERE r.reject IS NULL ORDER BY r.ordinal$$, 'cards and rows agree who it is');

SELECT results_eq($$SELECT ordinal, type, title, attrs FROM takeout.own_phone('[["vcard", [["tel", {"group": "item1"}, "text", "+15550100123"],
    ["x-ablabel", {"group": "item1"}, "text", "Google Voice"], ["tel", {"type": ["CELL"]}, "text", "+15550100124"], ["tel", {}, "text", ""]]]]', '{}') ORDER BY 3$$,
  $$VALUES (1::bigint, 'own_phone', '+15550100123', '{"label": "Google Voice"}'::jsonb), (1, 'own_phone', '+15550100124', '{"type": ["CELL"]}')$$, 'the owner''s numbers');
SELECT is(takeout.phone_numbers('{tel:+1-2,00331,5 5,x}'), '{+12,+331,55}'::text[], 'numbers');

SELECT is(imports.recognize('Takeout/Contacts/All Contacts/All Contacts.vcf', NULL), 'contact_cards', 'recognised by name');
SELECT is(imports.recognize('Takeout/Kontakte/Alle Kontakte/Alle Kontakte.vcf', E'BEGIN:VCARD\r\nVERSION:3.0\r\n'), 'contact_cards', 'recognised by content');
SELECT is(imports.recognize('Takeout/Voice/Phones.vcf', E'BEGIN:VCARD\r\nVERSION:3.0\r\n'), 'own_phones', 'the owner''s numbers are no contact');
SELECT is(imports.recognize('Takeout/Kontakte/x.csv', E'First Name,Middle Name,Last Name,E-mail 1 - Label,E-mail 1 - Value\n'), 'contact_table', 'the CSV by content');
SELECT is((SELECT count(DISTINCT t ->> 'scope') FROM imports.kind, jsonb_array_elements(targets) AS t WHERE kind IN ('contact', 'contact_row')), 1::bigint, 'one address book');
SELECT lives_ok($$SELECT count(*) FROM takeout.contact_card('[null, 1, [], {}, ["vcard", []], ["vcard", [[], 1, ["n", {}, "text", 7], ["adr", {}, "text", "x"], ["photo", {}, "uri", "http://x"], ["categories", {}, "text", "a"]]]]', '{}')$$, 'takes hostile cards');
SELECT lives_ok($$SELECT count(*) FROM takeout.contact_row('[null, 1, [], {"Name": {}}, {"Phone 99999999999 - Value": "1"}, {"": ["x"]}]', '{}')$$, 'takes hostile rows');
SELECT * FROM finish();
ROLLBACK;
