"""Plugins that several scenarios have."""

from scenario import Hook, Implementation, normal, wrapper


def answering(hook: Hook, *keys: str) -> dict[str, list[Implementation]]:
    """Plugins with one implementation each, which answers the key of its plugin."""
    return {key: [normal(hook, ret=key)] for key in keys}


def watching(hook: Hook) -> list[Implementation]:
    """A wrapper that changes nothing, so that the log has what it sees."""
    return [wrapper(hook)]
