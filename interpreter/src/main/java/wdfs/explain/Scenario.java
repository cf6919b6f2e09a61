package wdfs.explain;

/// What a probe is made to try. `number` is how the application names it to the driver.
sealed interface Scenario {
    int number();

    /// One request, with every DDI that could give a buffer.
    record Journey() implements Scenario {
        static final int NUMBER = 0;

        @Override public int number() { return NUMBER; }
    }

    /// KMDF's callback in the caller's context: the raw addresses are asked for, and the output's MDL without the input's before it.
    record Raw() implements Scenario {
        static final int NUMBER = 1;

        @Override public int number() { return NUMBER; }
    }

    /// The request stays pending, while driver and application store to the buffers and look.
    record Sight() implements Scenario {
        static final int NUMBER = 2;

        @Override public int number() { return NUMBER; }
    }

    /// The driver fills what it may fill, and completes.
    /// @param code the NTSTATUS
    /// @param verifier whether the framework's verifier is on for the driver
    /// @param reject UMDF: the INF has `UmdfMethodNeitherAction = Reject`
    record Ending(String title, int code, long information, boolean verifier, boolean reject) implements Scenario {
        static final int NUMBER = 3;

        @Override public int number() { return NUMBER; }
    }

    /// UMDF: the least length whose request is direct is looked for.
    record Least() implements Scenario {
        static final int NUMBER = 4;

        @Override public int number() { return NUMBER; }
    }
}
