"""The whole shape of a scheme file: what it may say, how it is read, and what is wrong with it."""
