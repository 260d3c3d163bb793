-- Contacts/**/*.vcf and *.csv: the address book; "All Contacts" holds everybody, "My Contacts" and the labels some of
-- them again, and the CSV the same people as the vCards, with less. Voice/Phones.vcf holds the owner's own numbers.
-- Traps: several values stand in one cell of the CSV, between " ::: "; the CSV has the parts of a name and the card all of
-- it, which may begin with a title; a name or an address may be missing.
CALL imports.register_document('contact_cards', 'Contacts', 'vcard', ARRAY['(^|/)Contacts/.+\.vcf$'], '^[\s\uFEFF]*BEGIN:VCARD\s');
CALL imports.register_kind('contact', 'contact_cards', 0, '{}',
  '[{"table": "user_data.contact", "parser": "takeout.contact_card", "state": true, "scope": "contacts"}]');
CALL imports.register_document('contact_table', 'Contacts', 'csv', ARRAY['(^|/)Contacts/.+\.csv$'],
  '^[\s\uFEFF]*(First Name,Middle Name,Last Name|Name,Given Name,Additional Name|Name Prefix,First Name)[^\n]*E-mail 1 - Value');
CALL imports.register_kind('contact_row', 'contact_table', 0, '{"as": "object"}',
  '[{"table": "user_data.contact", "parser": "takeout.contact_row", "state": true, "scope": "contacts", "rank": 1}]');
CALL imports.register_document('own_phones', 'Voice', 'vcard', ARRAY['(^|/)Voice/Phones\.vcf$']);
CALL imports.register_kind('own_phone', 'own_phones', 0, '{}',
  '[{"table": "user_data.item", "parser": "takeout.own_phone", "state": true, "many": true}]');

CREATE OR REPLACE FUNCTION takeout.contact_ident(p_name text, p_emails text[], p_phones text[], p_else text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT md5(concat_ws(E'\u001F', 'contact', lower(regexp_replace(btrim(coalesce(p_name, '')), '\s+', ' ', 'g')),
                       coalesce(lower(p_emails[1]), regexp_replace(p_phones[1], '[^0-9]', '', 'g'),
                                CASE WHEN coalesce(btrim(p_name), '') = '' THEN 'else ' || lower(p_else) END, '')))::uuid
$$;
COMMENT ON FUNCTION takeout.contact_ident(text, text[], text[], text) IS
  'Who it is: the name without titles and the first mail address or number; without any of it, p_else.';
GRANT EXECUTE ON FUNCTION takeout.contact_ident(text, text[], text[], text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.phone_numbers(p_phones text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT array_agg(CASE WHEN n.phone ~ '^\s*(tel:)?\s*(\+|00)' THEN '+' || regexp_replace(n.digits, '^00', '') ELSE n.digits END ORDER BY n.place)
    FROM (SELECT p.phone, p.place, regexp_replace(p.phone, '[^0-9]', '', 'g') AS digits
            FROM unnest(p_phones) WITH ORDINALITY AS p(phone, place)) AS n
   WHERE n.digits <> ''
$$;
COMMENT ON FUNCTION takeout.phone_numbers(text[]) IS 'Numbers as digits, with + where they begin with + or 00; what has no digit is left out.';
GRANT EXECUTE ON FUNCTION takeout.phone_numbers(text[]) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.contact_card(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, name text, nickname text, organization text, job_title text,
               birthday text, emails text[], phones text[], phones_e164 text[], addresses text[], urls text[], labels text[],
               note text, photo_sha256 bytea, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT c.ordinal, CASE WHEN c.said IS NULL THEN 'the card says nothing' END,
         takeout.contact_ident(
           -- FN may begin with the title and end with the suffix, and be the organisation where there is no name.
           CASE WHEN btrim(array_to_string(c.names, '')) = '' AND c.name = c.organization THEN NULL
                ELSE regexp_replace(coalesce(c.name, array_to_string(array_remove(c.names[1:3], ''), ' ')),
                                    format('^%s +|[ ,]+%s$', regexp_replace(coalesce(c.names[4], ''), '(\W)', '\\\1', 'g'),
                                                              regexp_replace(coalesce(c.names[5], ''), '(\W)', '\\\1', 'g')), '', 'g') END,
           c.emails, c.phones, coalesce(c.organization, c.said)),
         coalesce(c.name, nullif(array_to_string(array_remove(c.names[1:3], ''), ' '), '')),
         c.nickname, c.organization, c.job_title, c.birthday, c.emails, c.phones, takeout.phone_numbers(c.phones),
         c.addresses, c.urls, c.labels, c.note,
         decode(c.photo, 'hex'), nullif(jsonb_strip_nulls(jsonb_build_object('properties', c.rest)), '{}')
    FROM (SELECT r.ordinal, p.*
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL (
                   SELECT ARRAY[min(q.value ->> 1) FILTER (WHERE q.name = 'n' AND q.first), min(q.value ->> 2) FILTER (WHERE q.name = 'n' AND q.first),
                                min(q.value ->> 0) FILTER (WHERE q.name = 'n' AND q.first), min(q.value ->> 3) FILTER (WHERE q.name = 'n' AND q.first),
                                min(q.value ->> 4) FILTER (WHERE q.name = 'n' AND q.first)] AS names,
                          nullif(min(q.text) FILTER (WHERE q.name = 'fn' AND q.first), '') AS name,
                          min(q.text) FILTER (WHERE q.name = 'nickname' AND q.first) AS nickname,
                          min(q.value ->> 0) FILTER (WHERE q.name = 'org' AND q.first) AS organization,
                          min(q.text) FILTER (WHERE q.name = 'title' AND q.first) AS job_title,
                          min(q.text) FILTER (WHERE q.name = 'bday' AND q.first) AS birthday,
                          array_agg(q.text ORDER BY q.place) FILTER (WHERE q.name = 'email' AND q.text <> '') AS emails,
                          array_agg(q.text ORDER BY q.place) FILTER (WHERE q.name = 'tel' AND q.text <> '') AS phones,
                          array_agg(q.parts ORDER BY q.place) FILTER (WHERE q.name = 'adr' AND q.parts <> '') AS addresses,
                          array_agg(q.text ORDER BY q.place) FILTER (WHERE q.name = 'url' AND q.text <> '') AS urls,
                          (SELECT array_agg(l.label ORDER BY l.place)
                             FROM jsonb_array_elements_text(jsonb_agg(q.value) FILTER (WHERE q.name = 'categories' AND q.first) -> 0)
                                  WITH ORDINALITY AS l(label, place)) AS labels,
                          min(q.text) FILTER (WHERE q.name = 'note' AND q.first) AS note,
                          min(q.value ->> 'sha256') FILTER (WHERE q.name = 'photo' AND q.first) AS photo,
                          min(q.text) FILTER (WHERE q.text <> '' AND q.name NOT IN ('version', 'prodid', 'rev')) AS said,
                          jsonb_agg(q.property ORDER BY q.place) FILTER (WHERE NOT (
                            q.name = 'version' OR q.text = ''
                            OR q.first AND q.name IN ('fn', 'nickname', 'title', 'bday', 'note')
                            OR q.parameters = '{}' AND q.name IN ('email', 'tel', 'url')
                            OR q.name = 'categories' AND q.first)) AS rest
                     FROM (SELECT e.property, e.place, e.property ->> 0 AS name, e.property -> 1 AS parameters, e.property -> 3 AS value,
                                  CASE WHEN jsonb_typeof(e.property -> 3) = 'array' THEN translate(array_to_string(ARRAY(SELECT jsonb_array_elements_text(e.property -> 3)), ''), ' ', '')
                                       ELSE btrim(e.property ->> 3) END AS text,
                                  CASE WHEN e.property ->> 0 = 'adr' AND jsonb_typeof(e.property -> 3) = 'array'
                                       THEN array_to_string(array_remove(ARRAY(SELECT btrim(t) FROM jsonb_array_elements_text(e.property -> 3) AS t), ''), ', ') END AS parts,
                                  row_number() OVER (PARTITION BY e.property ->> 0 ORDER BY e.place) = 1 AS first
                             FROM jsonb_array_elements(r.record -> 1) WITH ORDINALITY AS e(property, place)) AS q) AS p
           WHERE jsonb_typeof(r.record) = 'array'
          OFFSET 0) AS c
$$;
COMMENT ON FUNCTION takeout.contact_card(jsonb, jsonb) IS
  'Contacts from jCards; what has no column, and what a number or address is used for, stays in attrs.';
GRANT EXECUTE ON FUNCTION takeout.contact_card(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.contact_row(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, name text, nickname text, organization text, job_title text,
               birthday text, emails text[], phones text[], phones_e164 text[], addresses text[], urls text[], labels text[],
               note text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT c.ordinal, CASE WHEN c.record IS NULL OR c.record = '{}' THEN 'the row says nothing' END,
         takeout.contact_ident(c.name, c.emails, c.phones, coalesce(c.organization, c.record::text)), c.name,
         c.record ->> 'Nickname', c.organization, coalesce(c.record ->> 'Organization Title', c.record ->> 'Organization 1 - Title'),
         c.record ->> 'Birthday', c.emails, c.phones, takeout.phone_numbers(c.phones), c.addresses, c.urls, c.labels, c.record ->> 'Notes',
         nullif(c.record - ARRAY['Name', 'First Name', 'Middle Name', 'Last Name', 'Given Name', 'Additional Name', 'Family Name', 'Nickname',
                                 'Organization Name', 'Organization Title', 'Organization 1 - Name', 'Organization 1 - Title',
                                 'Birthday', 'Notes', 'Labels', 'Group Membership'], '{}')
    FROM (SELECT r.ordinal, s.record,
                 nullif(concat_ws(' ', btrim(coalesce(s.record ->> 'First Name', s.record ->> 'Given Name')),
                                  btrim(coalesce(s.record ->> 'Middle Name', s.record ->> 'Additional Name')),
                                  btrim(coalesce(s.record ->> 'Last Name', s.record ->> 'Family Name'))), '') AS name,
                 coalesce(s.record ->> 'Organization Name', s.record ->> 'Organization 1 - Name') AS organization, v.*
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL (SELECT jsonb_object_agg(e.key, e.value) AS record FROM jsonb_each(r.record) AS e WHERE btrim(e.value #>> '{}') <> '') AS s,
                 LATERAL (
                   SELECT array_agg(w.value ORDER BY w.number, w.place) FILTER (WHERE w.key ~ '^E-mail \d+ - Value$') AS emails,
                          array_agg(w.value ORDER BY w.number, w.place) FILTER (WHERE w.key ~ '^Phone \d+ - Value$') AS phones,
                          array_agg(w.value ORDER BY w.number, w.place) FILTER (WHERE w.key ~ '^Address \d+ - Formatted$') AS addresses,
                          array_agg(w.value ORDER BY w.number, w.place) FILTER (WHERE w.key ~ '^Website \d+ - Value$') AS urls,
                          array_agg(ltrim(w.value, '* ') ORDER BY w.place) FILTER (WHERE w.key IN ('Labels', 'Group Membership')) AS labels
                     FROM (SELECT e.key, coalesce(substring(e.key FROM '\d{1,6}')::integer, 0) AS number, btrim(t.value) AS value, t.place
                             FROM jsonb_each_text(s.record) AS e, string_to_table(e.value, ' ::: ') WITH ORDINALITY AS t(value, place)) AS w) AS v
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS c
$$;
COMMENT ON FUNCTION takeout.contact_row(jsonb, jsonb) IS
  'Contacts from the rows of Google''s CSV, the form of today and the one before; other columns stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.contact_row(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.own_phone(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.ident('own_phone', (takeout.phone_numbers(ARRAY[e.property ->> 3]))[1]), 'own_phone', 'Voice', e.property ->> 3,
         nullif(jsonb_strip_nulls(jsonb_build_object('type', e.property #> '{1,type}', 'label', (
           SELECT l.property -> 3 FROM jsonb_array_elements(r.record -> 1) AS l(property)
            WHERE l.property ->> 0 = 'x-ablabel' AND l.property #> '{1,group}' = e.property #> '{1,group}' LIMIT 1))), '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         jsonb_array_elements(r.record -> 1) AS e(property)
   WHERE jsonb_typeof(r.record) = 'array' AND e.property ->> 0 = 'tel' AND e.property ->> 3 ~ '\d'
$$;
COMMENT ON FUNCTION takeout.own_phone(jsonb, jsonb) IS 'The numbers of the owner of the account, with what Voice calls them.';
GRANT EXECUTE ON FUNCTION takeout.own_phone(jsonb, jsonb) TO lake_user;
