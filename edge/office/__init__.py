"""The office: shifts handed over, persons' requests with their deadline, the audit log examined."""
