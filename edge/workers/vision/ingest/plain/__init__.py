"""Reads what nearly every camera sends, for a third of the price: H.264 or H.265 without B-frames, RTSP over TCP.

FFmpeg's reader makes six system calls for every RTP packet and wakes for each. This one asks the kernel once for
everything that came since the last time. It refuses whatever is not plain (other transports and codecs, TLS, reordered
pictures, a conversation that it does not understand), and then FFmpeg reads that camera as before; decoding and muxing
are FFmpeg's in any case. Measured: docs/design/eyes.md. Sources: RFC 2326 (RTSP), RFC 3550 (RTP), RFC 6184 (H.264),
RFC 7798 (H.265), RFC 7616 (digest login).
"""
