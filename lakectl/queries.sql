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

-- name: begin_archive
SELECT archive_id, import_id, state
  FROM imports.begin_archive(%(name)s, %(format)s, %(size)s, %(fingerprint)s, %(newest)s)

-- name: load_session
SET synchronous_commit = off

-- name: register_files
SELECT member, section, file_id, kind, decoder, options, state, done
  FROM imports.register_files(%(archive)s, %(members)s)

-- name: ingest
SELECT rows, duplicates, rejects
  FROM imports.ingest(%(file)s, %(ordinals)s::int8range, %(records)s, %(positions)s::bigint[],
                      %(broken_ordinals)s::bigint[], %(broken_reasons)s::text[], %(broken_raws)s::bytea[])

-- name: ingest_files
SELECT imports.ingest_files(%(files)s::uuid[], %(ordinals)s::int8range[], %(records)s::text[], %(positions)s::bigint[])

-- name: keep_blobs
SELECT imports.keep_blobs(%(sha256s)s::bytea[], %(sizes)s::bigint[])

-- name: taken
SELECT coalesce(range_agg(ordinals), '{}') FROM imports.batch WHERE file_id = %(file)s

-- name: finish_file
SELECT imports.finish_file(%(file)s, %(error)s::text)

-- name: finish_files
SELECT imports.finish_files(%(files)s::uuid[], %(errors)s::text[])

-- name: finish_archive
SELECT imports.finish_archive(%(archive)s, %(error)s::text)

-- name: finish_import
SELECT imports.finish_import(%(import)s)

-- name: import_is_finished
SELECT state <> 'loading' FROM lake.import_progress WHERE import_id = %(import)s

-- name: room_needed
SELECT imports.room_needed(%(endings)s)

-- name: account
SELECT product, count(DISTINCT (archive_id, path)) AS files, sum(records)::bigint AS records, sum(rows)::bigint AS rows,
       sum(duplicates)::bigint AS duplicates, sum(rejects)::bigint AS rejects,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       count(*) FILTER (WHERE state = 'unrecognized') AS unrecognized
  FROM lake.files WHERE archive_id = ANY (%(archives)s) GROUP BY product ORDER BY product

-- name: failed_files
SELECT archive, path, error FROM lake.files
 WHERE archive_id = ANY (%(archives)s) AND state = 'failed' ORDER BY file_id LIMIT %(limit)s

-- name: first_rejects
SELECT r.archive, r.path, r.ordinal, r.reason
  FROM lake.rejects AS r JOIN lake.files AS f USING (file_id)
 WHERE f.archive_id = ANY (%(archives)s) ORDER BY r.file_id, r.ordinal LIMIT %(limit)s

-- name: list_files
SELECT path, archive, product, kind, state, records, rows, duplicates, rejects, error
  FROM lake.files WHERE %(state)s::text IS NULL OR state = %(state)s ORDER BY file_id

-- name: list_duplicates
SELECT path, archive, product, kind, records, duplicates,
       CASE WHEN duplicates = records THEN lake.duplicate_reason(file_id, 1)
            ELSE 'some of its records: lake.duplicate_reason tells of each' END AS reason, file_id
  FROM lake.files WHERE duplicates > 0 AND (%(state)s::text IS NULL OR state = %(state)s) ORDER BY file_id

-- name: list_rejects
SELECT archive, path, kind, ordinal, reason, state, encode(substr(raw, 1, 200), 'escape') AS record
  FROM lake.rejects ORDER BY file_id, ordinal

-- name: list_kinds
SELECT kind, product, patterns, decoder, targets, by_content FROM lake.kinds ORDER BY product, kind

-- name: add_user
SELECT lake.add_user(%(name)s)

-- name: add_service
SELECT lake.add_service(%(name)s, %(users)s)

-- name: list_users
SELECT name, role_name AS role, user_id, created_at FROM lake.users()

-- name: list_services
SELECT role_name AS role, users FROM lake.services()

-- name: status
SELECT lake.status()

-- name: collect_own
SELECT vectors.collect_own()

-- name: count_pending
SELECT count(*) FROM vectors.text WHERE embedding IS NULL

-- name: pending_texts
SELECT id, text FROM vectors.text WHERE embedding IS NULL ORDER BY user_id, id LIMIT %(limit)s

-- name: store_embeddings
SELECT vectors.store_embeddings(%(ids)b, %(embeddings)b)

-- name: search
SELECT * FROM lake.search(%(query)s, %(limit)s)
