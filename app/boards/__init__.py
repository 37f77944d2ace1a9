"""Where bytes come from: ports, links, and boards that need no hardware."""
