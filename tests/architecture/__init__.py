"""What import contracts cannot say about the house: sizes, habits, tables, templates, documents."""
