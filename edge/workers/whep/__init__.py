"""The child that shows one camera to one browser at once: WebRTC, the camera's own packets passed through."""
