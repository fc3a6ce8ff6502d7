"""The demo school: made-up people, texts and drawn photos, the same for the same day, always."""
