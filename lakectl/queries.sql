-- Every statement that lakectl sends to a running lake, by name.

-- name: user_role
SELECT role_name FROM lake.users() WHERE name = %(name)s

-- name: model_sha256
SELECT sha256 FROM vectors.model

-- name: clear_model
TRUNCATE vectors.model, vectors.token, vectors.merge

-- name: copy_tokens
COPY vectors.token (id, token, embedding) FROM STDIN (FORMAT binary)

-- name: copy_merges
COPY vectors.merge (left_id, right_id, rank, id) FROM STDIN (FORMAT binary)

-- name: set_model
INSERT INTO vectors.model (name, dimensions, sha256, unit_pattern)
VALUES (%(name)s, %(dimensions)s, %(sha256)s, %(pattern)s)

-- name: analyze_model
ANALYZE vectors.token, vectors.merge

-- name: forget_embeddings
UPDATE vectors.text SET embedding = NULL WHERE embedding IS NOT NULL
