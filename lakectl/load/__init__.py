"""Loading: archives are opened, split into records and handed to the database, which does the rest."""
