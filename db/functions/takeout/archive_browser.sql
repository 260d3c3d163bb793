-- archive_browser.html: the index page that Takeout puts into an archive. It says what the archive holds, in the language
-- of the account, and nothing of its owner's; so it is no record. It may be the 44,000th member, and very large.
CALL imports.register_document('archive_browser', 'Takeout', 'none', ARRAY['(^|/)archive_browser\.html$']);
