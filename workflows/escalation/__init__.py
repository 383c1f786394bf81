"""升级督办: what stalls is put before the next superior by itself, and supervised until it is closed."""
