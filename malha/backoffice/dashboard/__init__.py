"""The Painel: the first page of the staff."""
