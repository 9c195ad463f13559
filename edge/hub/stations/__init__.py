"""The province's own stations and releases: taken from who may publish them, given to the communes."""
