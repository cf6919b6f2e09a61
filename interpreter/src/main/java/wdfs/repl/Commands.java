package wdfs.repl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every command there is, by all its names.
public final class Commands {
    private final Map<String, Command> byName = new LinkedHashMap<>();
    private final List<Command> all = new ArrayList<>();

    Commands() {
        add(ToolCommands.all());
        add(ScriptCommands.all());
        add(EditCommand.all());
        add(IoCommands.all());
        add(WdfCommands.all());
        add(KernelCommands.all());
        add(MemoryCommands.all());
    }

    private void add(List<Command> list) {
        for (Command command : list) {
            all.add(command);
            byName.put(command.name(), command);
            command.others().forEach(name -> byName.put(name, command));
        }
    }

    public List<Command> all() {
        return List.copyOf(all);
    }

    /// By a name as typed; the framework's commands also with `!wdfkd.` in front.
    public Optional<Command> find(String name) {
        if (name.startsWith("!wdfkd.")) {
            return Optional.ofNullable(byName.get("!" + name.substring(7))).filter(Command::wdfkd);
        }
        return Optional.ofNullable(byName.get(name));
    }

    List<String> words() {
        return List.copyOf(byName.keySet());
    }
}
