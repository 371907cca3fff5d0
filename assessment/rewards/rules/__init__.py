"""Who receives what: shares of a pool, steps of a ladder, places and gains; exact to the last unit."""
