-- Chrome/Dictionary.csv: the words that its owner taught the spelling checker, one a row, without a header.
-- Traps: a list of words has no shape: it is told by its name alone.
CALL imports.register_document('dictionary', 'Chrome', 'csv', ARRAY['(^|/)Chrome/Dictionary\.csv$']);
CALL imports.register_kind('dictionary_word', 'dictionary', 0, '{"as": "array", "header": false}',
  '[{"table": "user_data.item", "parser": "takeout.dictionary_word", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.dictionary_word(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN takeout.plain(r.record ->> 0) IS NULL THEN 'no word' END,
         takeout.ident('dictionary_word', r.record ->> 0), 'dictionary_word', 'Chrome', takeout.plain(r.record ->> 0),
         CASE WHEN jsonb_array_length(r.record) > 1 THEN jsonb_build_object('more', r.record - 0) END
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'array'
$$;
COMMENT ON FUNCTION takeout.dictionary_word(jsonb, jsonb) IS 'Items from the words of a spelling dictionary.';
GRANT EXECUTE ON FUNCTION takeout.dictionary_word(jsonb, jsonb) TO lake_user;
