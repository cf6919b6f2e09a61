package wdfs.io;

/// The buffers of a request in the driver host that serves it (UMDF §5): addresses of that process, whatever the control
/// code's method (UMDF-105). A read has only an output, a write only an input.
/// @param direct at least one page is the application's own (UMDF-057)
public record HostBuffers(long input, long inputLength, long output, long outputLength, boolean direct) {}
