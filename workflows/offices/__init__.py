"""Who: offices, posts, appointments, cover, charge, recusal; and the one question of who may act in whose stead."""
