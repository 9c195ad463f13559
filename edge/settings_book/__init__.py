"""The settings of the box, changed from a page: as a form, shown as a difference, kept as versions, taken back."""
