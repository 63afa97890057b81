"""On Record: the archive that keeps what companies and customers say to each other."""
