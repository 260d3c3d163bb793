-- Search: the model's tables, the texts of each user with their words and embeddings, and where each text stands.
CREATE EXTENSION unaccent SCHEMA ext;

SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

-- Any language: no stemming and no stop words, but "Munchen" finds "München".
CREATE TEXT SEARCH CONFIGURATION vectors.words (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION vectors.words
  ALTER MAPPING FOR hword, hword_part, word WITH ext.unaccent, pg_catalog.simple;
COMMENT ON TEXT SEARCH CONFIGURATION vectors.words IS 'Words as they are written, without accents and in lower case.';

-- What a question says besides its small words, in the languages whose small words are most often typed.
CREATE TEXT SEARCH CONFIGURATION vectors.telling_words (COPY = vectors.words);
DO $dictionaries$
DECLARE
  v_language  text;
  v_languages CONSTANT text[] := ARRAY['english', 'german', 'french', 'spanish', 'italian', 'portuguese', 'dutch'];
BEGIN
  FOREACH v_language IN ARRAY v_languages LOOP
    EXECUTE format('CREATE TEXT SEARCH DICTIONARY vectors.%I (TEMPLATE = pg_catalog.simple, STOPWORDS = %I, ACCEPT = false)',
      'small_words_' || v_language, v_language);
  END LOOP;
  EXECUTE format('ALTER TEXT SEARCH CONFIGURATION vectors.telling_words
    ALTER MAPPING FOR asciihword, asciiword, hword, hword_asciipart, hword_part, word WITH %s, ext.unaccent, pg_catalog.simple',
    (SELECT string_agg('vectors.small_words_' || l, ', ') FROM unnest(v_languages) AS l));
END
$dictionaries$;
COMMENT ON TEXT SEARCH CONFIGURATION vectors.telling_words IS
  'vectors.words without the small words (the, und, pour …) of several languages: for queries, not for texts.';

CREATE TABLE vectors.model (
  single       boolean PRIMARY KEY DEFAULT true CHECK (single),
  name         text NOT NULL,
  dimensions   integer NOT NULL,
  sha256       text NOT NULL,
  unit_pattern text NOT NULL
);
COMMENT ON TABLE vectors.model IS 'The embedding model whose tokens and merges are loaded: one row.';
COMMENT ON COLUMN vectors.model.sha256 IS 'Digest of the model''s files: a deploy loads the model again when it differs.';
COMMENT ON COLUMN vectors.model.unit_pattern IS
  'Regular expression that cuts a text (spaces written as U+2581) into units that no token crosses.';

CREATE TABLE vectors.token (
  id        integer PRIMARY KEY,
  token     text NOT NULL UNIQUE,
  embedding vector(256) NOT NULL
);
COMMENT ON TABLE vectors.token IS 'The model''s vocabulary; a space is written as U+2581, byte n as <0xNN> with id n + 3.';

CREATE TABLE vectors.merge (
  left_id  integer NOT NULL,
  right_id integer NOT NULL,
  rank     integer NOT NULL,
  id       integer NOT NULL,
  PRIMARY KEY (left_id, right_id) INCLUDE (rank, id)
);
COMMENT ON TABLE vectors.merge IS 'Byte-pair encoding: neighbours that become the token id, lowest rank first.';

CREATE TABLE vectors.source (
  entity         text PRIMARY KEY,
  relation       text NOT NULL UNIQUE,
  text_columns   text[] NOT NULL,
  detail_columns text[] NOT NULL,
  at_column      text
);
COMMENT ON TABLE vectors.source IS 'Which columns of which table are searched: filled by vectors.register_source().';
COMMENT ON COLUMN vectors.source.relation IS 'Schema and table; it has the columns user_id and id.';
COMMENT ON COLUMN vectors.source.text_columns IS 'Searched by words and by meaning; the first is the title.';
COMMENT ON COLUMN vectors.source.detail_columns IS
  'Searched by words only: the parts of an address would drown the meaning of a place''s name.';

CREATE TABLE vectors.text (
  user_id   bigint NOT NULL DEFAULT lake.current_user_id(),
  id        uuid NOT NULL,
  text      text NOT NULL CHECK (length(text) <= 20000),
  details   text NOT NULL DEFAULT '' CHECK (length(details) <= 20000),
  words     tsvector NOT NULL
              GENERATED ALWAYS AS (setweight(to_tsvector('vectors.words', text), 'A')
                                   || to_tsvector('vectors.words', details)) STORED,
  embedding vector(256),
  PRIMARY KEY (user_id, id)
);
CREATE INDEX text_words ON vectors.text USING gin (user_id, words);
CREATE INDEX text_embedding ON vectors.text USING hnsw (embedding vector_cosine_ops);
CREATE INDEX text_pending ON vectors.text (user_id, id) WHERE embedding IS NULL;
COMMENT ON TABLE vectors.text IS 'The distinct texts of a user: what occurs a thousand times is embedded once.';
COMMENT ON COLUMN vectors.text.id IS 'MD5 of the text''s length, the text and its details.';
COMMENT ON COLUMN vectors.text.details IS 'Searched by words only.';
COMMENT ON COLUMN vectors.text.embedding IS 'NULL until the job or lakectl embed has been there.';

CREATE TABLE vectors.item (
  user_id bigint NOT NULL DEFAULT lake.current_user_id(),
  entity  text NOT NULL,
  row_id  bigint NOT NULL,
  text_id uuid NOT NULL,
  at      timestamptz,
  PRIMARY KEY (user_id, entity, row_id)
);
CREATE INDEX item_text ON vectors.item (user_id, text_id, at DESC NULLS LAST);
COMMENT ON TABLE vectors.item IS 'Which row has which text: vectors.source says in which table row_id is.';

CREATE TABLE vectors.collection (
  user_id bigint PRIMARY KEY DEFAULT lake.current_user_id(),
  imports uuid NOT NULL
);
COMMENT ON TABLE vectors.collection IS
  'Which imports a user''s texts were last collected after; its row is locked while they are collected.';
COMMENT ON COLUMN vectors.collection.imports IS 'Digest of the ids and end times of the finished imports.';
