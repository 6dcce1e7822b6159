"""Decision models: tables, graphs, types, files."""
