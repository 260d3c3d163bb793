-- Vectors in SQL: that they are those of the library, tests/python/test_vectors.py shows.
BEGIN;
SELECT plan(9);

SELECT is(vectors.split_unit(U&'\2581hello'), ARRAY(SELECT id FROM vectors.token WHERE token = U&'\2581hello'),
  'a word of the vocabulary is one token');
SELECT is(vectors.split_unit('🍜'), ARRAY[243, 162, 144, 159],
  'a character that the vocabulary lacks stands as its bytes');
SELECT is(cardinality(vectors.split_unit(repeat('qz', 3000))) > 1000, true, 'an endless word is split in pieces');
SELECT is(ext.vector_dims(vectors.embed('ramen')), 256, 'a vector has 256 dimensions');
SELECT ok(abs(ext.vector_norm(vectors.embed('where did we eat ramen')) - 1) < 1e-6, 'a vector has length 1');
SELECT is(vectors.embed(NULL), NULL, 'no text has no meaning');
SELECT is(vectors.embed(E' \n\t '), NULL, 'white space has no meaning');
SELECT results_eq(
  $$SELECT ordinal FROM vectors.embed_texts(ARRAY['one', NULL, '  ', 'two']) ORDER BY ordinal$$,
  $$VALUES (1::bigint), (4)$$, 'texts without meaning are left out');
SELECT ok(
  vectors.embed('where did we eat ramen') OPERATOR(ext.<=>) vectors.embed('Noodle soup bar Menya')
    < vectors.embed('where did we eat ramen') OPERATOR(ext.<=>) vectors.embed('Tax return 2019'),
  'noodle soup is nearer to ramen than taxes are');

SELECT * FROM finish();
ROLLBACK;
