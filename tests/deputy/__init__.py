"""The leader's pages: morning, answers on one card, offices side by side."""
