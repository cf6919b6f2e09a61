package wdfs.runtime;

/// What lets only so many threads run at a time: it hears when one of them waits for something else, goes on, or ends.
public interface Crew {
    void waits(Caller thread);

    void goesOn(Caller thread);

    void leaves(Caller thread);
}
