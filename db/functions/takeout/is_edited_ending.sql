-- What Google Photos appends to the name of an edited copy after a hyphen, in the language of the account: the words that
-- public importers have met (GooglePhotosTakeoutHelper, immich-go, google-photos-migrate and others).

CREATE OR REPLACE FUNCTION takeout.is_edited_ending(p_word text, p_is_cut boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  -- English, German, French, Italian, Spanish (two), Catalan, Dutch, Polish, Danish, Norwegian, Swedish, Finnish,
  -- Czech and Slovak, Japanese, Chinese, Korean
  SELECT EXISTS (SELECT FROM unnest('{edited,effects,smile,mix,bearbeitet,modifié,modificato,ha editado,editado,editat,bewerkt,edytowane,'
                                    'redigeret,redigert,redigerad,muokattu,upravené,編集済み,编辑,편집됨}'::text[]) AS w(word)
                  WHERE w.word = lower(p_word) OR p_is_cut AND starts_with(w.word, lower(p_word)))
$$;
COMMENT ON FUNCTION takeout.is_edited_ending(text, boolean) IS
  'Whether a name whose last hyphen is followed by this word is that of an edited copy; of a name that is as long as a name '
  'can be, the beginning of a word is enough.';
GRANT EXECUTE ON FUNCTION takeout.is_edited_ending(text, boolean) TO lake_user;
