-- What operating systems leave in folders: never parsed, and no file of a user's. Resource forks (._Records.json)
-- carry the names of real files, so this goes by name alone.
CALL imports.register_document('litter', 'junk', 'none',
  ARRAY['(^|/)\._[^/]*$', '(^|/)__MACOSX/', '(^|/)(\.DS_Store|Thumbs\.db|desktop\.ini)$']);
