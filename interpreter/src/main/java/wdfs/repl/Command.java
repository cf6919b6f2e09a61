package wdfs.repl;

import java.util.List;

/// A command of the session, declared once: its run, `.help`, completion and the reference page take everything from here.
/// @param name with its first character, as it is typed: `!irp`, `.run`, `dt`
/// @param others further names
/// @param arguments as help shows them: `REQUEST [1]`
/// @param argument what an argument names, for completion
/// @param summary one sentence
/// @param wdfkd it belongs to the framework's debugger extension: `!wdfkd.wdfqueue` means it too
/// @param act looks, or does
/// @param records whether what it does belongs to the history that `.back` replays
public record Command(String name, List<String> others, String arguments, Kind argument, String summary, String details, boolean wdfkd, boolean records, Act act) {
    /// What completion offers behind the command.
    public enum Kind { NONE, REQUEST, DEVICE, DRIVER, QUEUE, HANDLE, ADDRESS, TYPE, FILE, CODE, NAME, EXPRESSION, COMMAND, DEVNODE, OBJECT, BREAK, DECLARED }

    @FunctionalInterface
    public interface Act {
        Doc run(Session session, Words words) throws Stop;
    }

    /// The answer is that it cannot be done; the message is for the user.
    public static final class Stop extends Exception {
        public Stop(String format, Object... arguments) {
            super(arguments.length == 0 ? format : format.formatted(arguments));
        }
    }

    public Command {
        others = List.copyOf(others);
    }

    static Command look(String name, String arguments, Kind argument, String summary, Act act) {
        return new Command(name, List.of(), arguments, argument, summary, "", false, false, act);
    }

    /// One of the framework's debugger extension.
    static Command wdf(String name, String arguments, Kind argument, String summary, Act act) {
        return new Command(name, List.of(), arguments, argument, summary, "", true, false, act);
    }

    /// Changes the machine, so `.back` and `.save` know of it.
    static Command does(String name, String arguments, Kind argument, String summary, Act act) {
        return new Command(name, List.of(), arguments, argument, summary, "", false, true, act);
    }

    Command also(String... names) {
        return new Command(name, List.of(names), arguments, argument, summary, details, wdfkd, records, act);
    }

    Command with(String text) {
        return new Command(name, others, arguments, argument, summary, text, wdfkd, records, act);
    }

    String usage() {
        return (name + " " + arguments).strip();
    }
}
