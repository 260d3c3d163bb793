-- Any other file, of any product: what nobody knows how to read is kept, and what is text in it can be searched. It is
-- shown as unrecognized, and read again when the lake knows more (imports.begin_archive).
-- imports.sections gives this document to every file that no other one fits: it has no pattern and no signature.
CALL imports.register_document('unknown', 'any', 'file');
CALL imports.register_kind('unknown_file', 'unknown', 0, '{}', '[{"table": "user_data.file", "parser": "takeout.kept_file"}]');
