"""The child that writes a month's report as PDF or XLSX."""
