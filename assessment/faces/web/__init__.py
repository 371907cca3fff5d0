"""The web face: pages for people, drawn on the server; every view carries an access mark."""
