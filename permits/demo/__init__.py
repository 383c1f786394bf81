"""The demo county: who works there, its ledger, and seven cases under way. Invented, but lawful in every click."""
