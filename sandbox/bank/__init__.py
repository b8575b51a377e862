"""A simulated bank: charges, the Pix API of Bacen, bank files, a payer's page and mischief. README.md explains it."""
