-- Who wrote a letter or a message of Google Chat: the owner of the account, or somebody else. Neither mbox nor messages.json
-- says it in every language, but many files together tell which addresses are the owner's. Part of imports.finish_import.

CREATE OR REPLACE FUNCTION imports.own_addresses(p_user bigint) RETURNS TABLE (address text, is_account boolean)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT lower(btrim(a.address)), bool_or(a.is_account)
    FROM (SELECT e.address, true AS is_account
            FROM user_data.item AS i,
                 LATERAL (SELECT i.attrs #>> '{user,email}' AS address WHERE i.type = 'chat_user'
                          UNION ALL
                          SELECT p.email ->> 'value' FROM jsonb_path_query(i.attrs, '$.emails[*]') AS p(email) WHERE i.type = 'profile'
                          UNION ALL
                          SELECT m FROM regexp_split_to_table(concat_ws(',', i.attrs ->> 'e-Mail', i.attrs ->> 'Alternate e-Mails'), '[,;\s]+') AS m
                           WHERE i.type = 'account_info') AS e
           WHERE i.user_id = p_user AND i.type IN ('chat_user', 'profile', 'account_info') AND i.file_id IS NOT NULL
          UNION ALL
          -- Where much of the mail came to; a letter that was imported may have come to others.
          SELECT d.address, true
            FROM (SELECT m.delivered_to AS address, count(*) AS letters, sum(count(*)) OVER () AS all_letters
                    FROM user_data.message AS m JOIN imports.file AS f ON f.user_id = m.user_id AND f.id = m.file_id
                   WHERE m.user_id = p_user AND f.kind = 'message' AND m.delivered_to IS NOT NULL
                   GROUP BY 1) AS d
           WHERE d.letters * 20 >= d.all_letters
          UNION ALL
          -- Other addresses that the account writes from.
          SELECT m.sender, false
            FROM user_data.message AS m JOIN imports.file AS f ON f.user_id = m.user_id AND f.id = m.file_id
           WHERE m.user_id = p_user AND f.kind = 'message' AND 'Sent' = ANY (m.labels)) AS a
   WHERE a.address ~ '^\s*[^\s@<>]+@[^\s@<>]+\s*$'
   GROUP BY 1
$$;
COMMENT ON FUNCTION imports.own_addresses(bigint) IS
  'E-mail addresses of a user, lower-case, as their exports show them: of the account (Google Chat, Profile, Google Account), '
  'where a twentieth or more of the mail was delivered to, and what sent mail comes from. is_account: the account is called '
  'so, it is not only a sender''s address.';
GRANT EXECUTE ON FUNCTION imports.own_addresses(bigint) TO lake_user;

CREATE OR REPLACE FUNCTION imports.settle_directions(p_import bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago and have no statistics yet: a nested loop would be a guess that costs minutes.
SET enable_nestloop = off
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_own text[];
  v_is_account boolean;
BEGIN
  IF NOT EXISTS (SELECT FROM imports.archive AS a JOIN imports.file AS f ON f.user_id = a.user_id AND f.archive_id = a.id
                  WHERE a.user_id = v_user AND a.import_id = p_import
                    AND f.kind IN ('message', 'group_message', 'chat_message', 'chat_user', 'profile', 'account_info')) THEN
    RETURN;
  END IF;
  SELECT coalesce(array_agg(o.address), '{}'), coalesce(bool_or(o.is_account), false) INTO v_own, v_is_account
    FROM imports.own_addresses(v_user) AS o;
  UPDATE user_data.message AS m SET direction = w.direction
    FROM (SELECT t.id,
                 CASE WHEN f.kind = 'chat_message'
                      THEN CASE WHEN t.sender = ANY (v_own) THEN 'sent'
                                WHEN v_is_account AND coalesce(t.sender, t.sender_name) IS NOT NULL THEN 'received' END
                      -- Junk likes to come from the address that it is sent to.
                      WHEN t.sender = ANY (v_own) AND NOT (t.delivered_to IS NOT NULL AND coalesce('Spam' = ANY (t.labels), false))
                      THEN CASE WHEN t.labels && '{Draft,Drafts}' THEN NULL ELSE 'sent' END
                      WHEN t.delivered_to IS NOT NULL THEN 'received'
                      WHEN 'Sent' = ANY (t.labels) THEN 'sent'
                      WHEN t.recipients && v_own THEN 'received' END AS direction
            FROM user_data.message AS t JOIN imports.file AS f ON f.user_id = t.user_id AND f.id = t.file_id
           WHERE t.user_id = v_user AND t.type IN ('mail', 'chat') AND f.kind IN ('message', 'group_message', 'chat_message')) AS w
   WHERE m.user_id = v_user AND m.id = w.id AND m.direction IS DISTINCT FROM w.direction;
END
$$;
COMMENT ON FUNCTION imports.settle_directions(bigint) IS
  'Says of the acting user''s mail and messages of Google Chat whether they were sent or received, by imports.own_addresses. '
  'The result depends on what is loaded, not on the order. Does something only for an import that has such files, or says '
  'whose account it is. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_directions(bigint) TO lake_user;
