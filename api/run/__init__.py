"""The only place where things are built: settings, servers, wiring, command line."""
