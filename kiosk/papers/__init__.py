"""Papers that are made here: no certificates, which only the office that issues them makes."""
