"""A believable provider for trying Malha out: the same people every time, none of them real."""
