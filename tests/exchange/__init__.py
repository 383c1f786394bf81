"""The flows and the trail in other people's formats."""
