package wdfs.cli;

/// Wrong use of the command line; the message is for the user.
final class Usage extends Exception {
    Usage(String message) {
        super(message);
    }
}
