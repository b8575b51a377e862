"""The Pix API of Bacen, version 2.9.0, with state."""
