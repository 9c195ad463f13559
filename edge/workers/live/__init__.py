"""The live child: state and video of the wall, pushed to browsers over WebSocket."""
