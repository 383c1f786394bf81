"""Every read: inbox, step page, application page. A view makes one call here; nothing here writes."""
