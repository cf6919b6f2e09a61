package wdfs.machine;

/// What is done with a byte. COPY reads it only to move it: it keeps its mark of what was written, so it is not a use.
public enum Access {
    READ, WRITE, COPY, EXECUTE;

    public boolean stores() {
        return this == WRITE;
    }
}
