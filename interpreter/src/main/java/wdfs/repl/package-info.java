/// The session: what is typed becomes lines of a process on a running machine, commands that look into it, or help. Start at
/// {@link wdfs.repl.Session}; {@link wdfs.repl.Commands} declares every command once, for its run, help, completion and
/// pages. What commands show is a {@link wdfs.repl.Doc}, rendered as text or JSON. JLine is used by {@link wdfs.repl.Terminal}
/// and what hangs on it alone, and only where there is a terminal. Knows nothing of the command line's arguments.
package wdfs.repl;
