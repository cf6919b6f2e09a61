package wdfs.explain;

/// What a probe is made to try.
sealed interface Scenario {
    /// One request, with every DDI that could give a buffer.
    record Journey() implements Scenario {}

    /// The caller's context: the raw addresses are asked for, and the output's MDL without the input's before it.
    record Raw() implements Scenario {}

    /// The request stays pending, while driver and application store to the buffers and look.
    record Sight() implements Scenario {}

    /// The driver fills what it may fill, and completes.
    /// @param status an NTSTATUS by name
    /// @param verifier whether the framework's verifier is on for the driver
    record Ending(String title, String status, long information, boolean verifier) implements Scenario {}
}
