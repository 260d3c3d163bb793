-- Whether a message of Google Chat was sent or received: messages.json does not say whose account it is, user_info.json does.

CREATE OR REPLACE FUNCTION imports.settle_chats(p_import bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_own text[];
BEGIN
  IF NOT EXISTS (SELECT FROM imports.archive AS a JOIN imports.file AS f ON f.user_id = a.user_id AND f.archive_id = a.id
                  WHERE a.user_id = v_user AND a.import_id = p_import AND f.kind IN ('chat_message', 'chat_user')) THEN
    RETURN;
  END IF;
  SELECT array_agg(DISTINCT lower(i.attrs #>> '{user,email}')) FILTER (WHERE i.attrs #>> '{user,email}' <> '') INTO v_own
    FROM user_data.item AS i WHERE i.user_id = v_user AND i.type = 'chat_user' AND i.file_id IS NOT NULL;
  UPDATE user_data.message AS m
     SET direction = CASE WHEN v_own IS NULL OR coalesce(m.sender, m.sender_name) IS NULL THEN NULL WHEN m.sender = ANY (v_own) THEN 'sent' ELSE 'received' END
    FROM imports.file AS f
   WHERE m.user_id = v_user AND m.type = 'chat' AND f.user_id = v_user AND f.id = m.file_id AND f.kind = 'chat_message'
     AND m.direction IS DISTINCT FROM CASE WHEN v_own IS NULL OR coalesce(m.sender, m.sender_name) IS NULL THEN NULL WHEN m.sender = ANY (v_own) THEN 'sent' ELSE 'received' END;
END
$$;
COMMENT ON FUNCTION imports.settle_chats(bigint) IS
  'Says of the acting user''s messages in Google Chat whether they were sent or received, once an export has told whose account '
  'it is. Does something only for an import that has such files. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_chats(bigint) TO lake_user;
