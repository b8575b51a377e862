"""Cobranças: the list, one charge, receiving, receipts, and everything a person does to charges."""
