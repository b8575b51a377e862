"""Pages in Portuguese for a person who plays the payer."""
