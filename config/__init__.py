"""How Kaigong is put together: settings, addresses, the WSGI door and the list of periodic work."""
