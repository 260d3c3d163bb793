-- Mail/*.mbox (in other languages recognised by the first line): every message of a Gmail account, also chats and
-- drafts; and Groups/<group>/topics.mbox, in the same form.
-- Traps: a chat has no Date, and some mail has none or a bad one: then the time of the separator; a Message-ID may be
-- missing, or be that of many messages of one sender, so the Date is part of what a message is; labels are in the
-- language of the account, so who sent a message is known for certain only when all is in (imports.settle_directions).
CALL imports.register_document('mail', 'Mail', 'mbox', ARRAY['(^|/)Mail/[^/]+\.mbox$'], '^From -?\d{1,30}@xxx [^\r\n]*\r?\n');
CALL imports.register_kind('message', 'mail', 0, '{}',
  '[{"table": "user_data.message", "parser": "takeout.mail_message", "newest": true},
    {"table": "user_data.attachment", "parser": "takeout.mail_attachment", "many": true, "newest": true}]');
CALL imports.register_document('group_mail', 'Groups', 'mbox', ARRAY['(^|/)Groups/([^/]+/)*topics\.mbox$']);
CALL imports.register_kind('group_message', 'group_mail', 0, '{}',
  '[{"table": "user_data.message", "parser": "takeout.mail_message", "newest": true},
    {"table": "user_data.attachment", "parser": "takeout.mail_attachment", "many": true, "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.mail_ident(p_record jsonb) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT md5(CASE WHEN p_record ->> 'message_id' <> ''
                  THEN concat_ws(E'\u001F', 'mail', btrim(p_record ->> 'message_id'), p_record ->> 'date')
                  ELSE concat_ws(E'\u001F', 'mail', 'no id', p_record ->> 'thrid', p_record ->> 'from_line_date', p_record ->> 'date',
                                 p_record #>> '{from,address}', p_record ->> 'subject') END)::uuid
$$;
COMMENT ON FUNCTION takeout.mail_ident(jsonb) IS
  'What message it is: its Message-ID and Date; without one its thread, times, sender and subject.';
GRANT EXECUTE ON FUNCTION takeout.mail_ident(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.mail_message(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, direction text, thread text, sender text,
               sender_name text, recipients text[], title text, body text, html text, delivered_to text, labels text[], attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT m.ordinal, takeout.time_fault(coalesce(m.date, m.from_line_date), coalesce(m.at, m.line_at)),
         coalesce(m.at, m.line_at), takeout.mail_ident(m.record),
         CASE WHEN 'Chat' = ANY (m.labels) THEN 'chat' ELSE 'mail' END,
         CASE WHEN m.delivered_to IS NOT NULL THEN 'received' WHEN 'Sent' = ANY (m.labels) THEN 'sent' END,
         m.record ->> 'thrid', nullif(lower(m.record #>> '{from,address}'), ''), nullif(m.record #>> '{from,name}', ''),
         (SELECT array_agg(DISTINCT lower(a.address ->> 'address'))
            FROM jsonb_array_elements(m.record -> 'to' || (m.record -> 'cc') || (m.record -> 'bcc')) AS a(address)),
         m.record ->> 'subject', m.record ->> 'text', m.record ->> 'html', m.delivered_to, nullif(m.labels, '{}'),
         nullif(jsonb_strip_nulls(jsonb_build_object('headers', m.headers - '{Subject,X-GM-THRID,X-Gmail-Labels}'::text[],
                                                     'fault', m.record ->> 'fault')), '{"headers": {}}')
    FROM (SELECT r.ordinal, r.record, r.record -> 'headers' AS headers, t.date, t.from_line_date,
                 CASE WHEN takeout.time_fault(t.date, takeout.time(t.date)) IS NULL THEN takeout.time(t.date) END AS at,
                 takeout.time(t.from_line_date) AS line_at,
                 -- A server on the way may have written one, too, below the last one's; those of old lists are no addresses.
                 substring(lower(coalesce(r.record #>> '{headers,Delivered-To,0}', r.record #>> '{headers,Delivered-To}'))
                           FROM '^\s*([^\s@<>]+@[^\s@<>]+)\s*$') AS delivered_to,
                 ARRAY(SELECT jsonb_array_elements_text(r.record -> 'labels')) AS labels
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL (SELECT r.record ->> 'date' AS date, r.record ->> 'from_line_date' AS from_line_date) AS t
          OFFSET 0) AS m
$$;
COMMENT ON FUNCTION takeout.mail_message(jsonb, jsonb) IS
  'Messages from the records of decoder mbox; all headers but those with a column stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.mail_message(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.mail_attachment(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, "position" smallint, name text, media_type text, size_bytes bigint,
               sha256 bytea, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.mail_ident(r.record), (a.part ->> 'position')::smallint, a.part ->> 'name',
         a.part ->> 'media_type', (a.part ->> 'size')::bigint, decode(a.part ->> 'sha256', 'hex'),
         nullif(jsonb_strip_nulls(jsonb_build_object('disposition', a.part -> 'disposition', 'content_id', a.part -> 'content_id')), '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         jsonb_array_elements(r.record -> 'attachments') AS a(part)
   WHERE takeout.time_fault('', coalesce(takeout.time(r.record ->> 'date'), takeout.time(r.record ->> 'from_line_date'))) IS NULL
      OR takeout.time_fault('', takeout.time(r.record ->> 'from_line_date')) IS NULL
$$;
COMMENT ON FUNCTION takeout.mail_attachment(jsonb, jsonb) IS 'The attachments of messages that have a time, their bytes being in the blob store.';
GRANT EXECUTE ON FUNCTION takeout.mail_attachment(jsonb, jsonb) TO lake_user;
