"""The province's pages: communes on a map, alarms, rivers. Made on the server, whole without JavaScript."""
