"""Journeys over HTTP: what a county does, click by click."""
