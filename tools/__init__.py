"""What `./run`, `./test` and the Makefile are made of. Standard library only, except where a module says otherwise."""
