"""Bringing a school in and taking it out: EDEXML, sheets, what they would change, and undoing it."""
