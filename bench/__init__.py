"""How fast, how heavy: ``./run bench`` measures the served program beside a bare page with the same posts."""
