"""Every read of the domain's pages: fixed numbers of statements, whatever the number of projects."""
