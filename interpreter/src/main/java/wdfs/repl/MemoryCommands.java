package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wdfs.engine.Live;
import wdfs.machine.Memory;
import wdfs.machine.Shadow;
import wdfs.repl.Command.Kind;
import wdfs.semantics.Interactive;
import wdfs.types.Type;

/// The debugger's commands for memory: types, bytes and words, strings, and changing them.
final class MemoryCommands {
    private static final int MOST = 64 * 1024;

    private MemoryCommands() {}

    static List<Command> all() {
        List<Command> list = new ArrayList<>();
        list.add(Command.look("dt", "[-r] TYPE [ADDRESS]", Kind.TYPE, "Shows the fields of a type, with their values at an address; -r opens the structures inside.", MemoryCommands::type)
                .with("An asterisk lists types: dt WDF_IO*. A variable alone shows itself: dt r."));
        list.add(memory("db", 1, "bytes and their characters"));
        list.add(memory("dw", 2, "words"));
        list.add(memory("dd", 4, "double words"));
        list.add(memory("dq", 8, "quad words"));
        list.add(Command.look("da", "ADDRESS [COUNT]", Kind.ADDRESS, "Shows memory as a string of characters.", (s, w) -> text(s, w, 1)));
        list.add(Command.look("du", "ADDRESS [COUNT]", Kind.ADDRESS, "Shows memory as a string of wide characters.", (s, w) -> text(s, w, 2)));
        list.add(Command.look("dps", "ADDRESS [COUNT]", Kind.ADDRESS, "Shows memory as pointers, with what they point to.", MemoryCommands::pointers).also("dqs", "dp"));
        list.add(edit("eb", 1));
        list.add(edit("ed", 4));
        list.add(edit("eq", 8));
        return list;
    }

    private static Command memory(String name, int size, String what) {
        return Command.look(name, "ADDRESS [COUNT | lLENGTH]", Kind.ADDRESS, "Shows memory as " + what + "; ?? is not mapped.", (s, w) -> dump(s, w, size));
    }

    private static Command edit(String name, int size) {
        return Command.does(name, "ADDRESS VALUE…", Kind.ADDRESS, "Changes memory, " + (size == 1 ? "byte by byte" : size + " bytes at a time") + ", as a debugger does: past all protection.", (s, w) -> edit(s, w, size));
    }

    private static Doc type(Session session, Words words) throws Command.Stop {
        Live live = session.live();
        Find find = new Find(session);
        int depth = words.has("-r") || words.has("-b") ? 8 : 0;
        boolean compact = words.has("-c");
        List<String> rest = words.list().stream().filter(w -> !w.startsWith("-")).toList();
        if (rest.isEmpty()) {
            throw new Command.Stop("it wants a type or a variable");
        }
        String name = rest.getFirst().replaceFirst("^[A-Za-z]\\w*!", "");
        if (name.endsWith("*")) {
            String prefix = name.substring(0, name.length() - 1);
            List<String> types = live.checker().names().stream().distinct().filter(n -> n.startsWith(prefix) && live.checker().isType(n)).sorted().limit(200).toList();
            return new Doc().lines("types", types.stream().map(t -> "  " + t).toList());
        }
        Optional<Interactive.Variable> variable = live.checker().variable(name);
        Long address = null;
        Type type;
        if (variable.isPresent() && variable.get().cell() == 0) {
            type = variable.get().type();
            address = live.address(variable.get());
            if (type instanceof Type.Pointer p && p.target() instanceof Type.Struct s) {
                address = Bytes.number(live, address, 8);
                type = s;
            }
        } else {
            type = live.checker().type(name).or(() -> live.checker().type("_" + name)).orElseThrow(() -> new Command.Stop("there is no type and no variable `%s`", name));
        }
        if (rest.size() > 1 && !rest.get(1).matches("[A-Za-z_]\\w*\\.?") || rest.size() > 1 && find.any(rest.get(1)).isPresent()) {
            address = find.needAddress(rest.get(1));
        }
        while (type instanceof Type.Pointer p && p.target() instanceof Type.Struct s) {
            type = s;
        }
        Doc doc = new Doc().say("{type}{at}", "type", type.show(), "at", address == null ? "  (size 0x%x)".formatted(type.size()) : " at " + Bytes.place(live, address));
        if (type instanceof Type.Struct struct) {
            if (compact && address != null) {
                return doc.say("  {value}", "value", Types.compact(live, struct, address));
            }
            return doc.plainTable("fields", List.of("offset", "name", "value"), Types.rows(live, struct, address, 0, "", depth).stream().map(r -> List.of((Object) ("   " + r.get(0)), r.get(1), r.get(2))).toList());
        }
        if (type instanceof Type.Enum e && address == null) {
            List<String> lines = new ArrayList<>();
            e.enumerators().forEach((n, v) -> lines.add("   " + n + " = 0n" + v));
            return doc.lines("enumerators", lines);
        }
        return address == null ? doc : doc.say("   {value}", "value", Types.value(live, type, address));
    }

    private static int count(Session session, Words words, int otherwise) throws Command.Stop {
        String word = words.word(1);
        if (word.isEmpty()) {
            return otherwise;
        }
        long count = new Find(session).address(word.replaceFirst("^[lL]", "")).orElseThrow(() -> new Command.Stop("`%s` is no count", word));
        if (count < 1 || count > MOST) {
            throw new Command.Stop("the count is from 1 to %x (hexadecimal)", MOST);
        }
        return (int) count;
    }

    private static Doc dump(Session session, Words words, int size) throws Command.Stop {
        Live live = session.live();
        Find find = new Find(session);
        long from = find.needAddress(words.word(0));
        var region = live.machine().memory.regionAt(from < 0 ? null : Bytes.space(live), from);
        int whole = region == null ? 128 : (int) Math.min(128, region.base + region.size - from);
        int count = count(session, words, Math.max(1, whole / size));
        int perLine = 16 / size;
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i += perLine) {
            StringBuilder line = new StringBuilder(address(from + (long) i * size)).append("  ");
            StringBuilder ascii = new StringBuilder();
            for (int k = i; k < Math.min(count, i + perLine); k++) {
                long at = from + (long) k * size;
                boolean mapped = Bytes.isMapped(live, at) && Bytes.isMapped(live, at + size - 1);
                String separator = size == 1 && k - i == 8 ? "-" : k == i ? "" : " ";
                line.append(separator).append(!mapped ? "?".repeat(size * 2) : size == 8 ? quad(Bytes.number(live, at, 8)) : ("%0" + size * 2 + "x").formatted(Bytes.number(live, at, size)));
                int c = Bytes.at(live, at);
                ascii.append(c >= 32 && c < 127 ? (char) c : c < 0 ? '?' : '.');
            }
            if (size == 1) {
                int width = 20 + 2 + 47;
                line.append(" ".repeat(Math.max(0, width - line.length()))).append("  ").append(ascii);
            }
            lines.add(line.toString());
        }
        Doc doc = new Doc().say("{place}{shadow}", "place", Bytes.place(live, from), "shadow", unwritten(live, from, count * size)).lines("memory", lines);
        return doc;
    }

    /// Which of the bytes nobody has written.
    private static String unwritten(Live live, long from, int length) {
        int unknown = 0;
        int freed = 0;
        Memory memory = live.machine().memory;
        for (int i = 0; i < length; i++) {
            int shadow = Bytes.isMapped(live, from + i) ? memory.shadowAt(from + i < 0 ? null : Bytes.space(live), from + i) : 0;
            unknown += (shadow & Shadow.UNWRITTEN) != 0 ? 1 : 0;
            freed += (shadow & Shadow.FREED) != 0 ? 1 : 0;
        }
        return freed > 0 ? "  (freed)" : unknown == 0 ? "" : unknown == length ? "  (never written)" : "  (%d of %d bytes never written)".formatted(unknown, length);
    }

    private static String address(long address) {
        return "%08x`%08x".formatted(address >>> 32, address & 0xFFFF_FFFFL);
    }

    private static String quad(long value) {
        return address(value);
    }

    private static Doc text(Session session, Words words, int size) throws Command.Stop {
        Live live = session.live();
        long from = new Find(session).needAddress(words.word(0));
        int most = count(session, words, 256);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < most && Bytes.isMapped(live, from + (long) i * size); i++) {
            long c = Bytes.number(live, from + (long) i * size, size);
            if (c == 0) {
                break;
            }
            text.append(c >= 32 && c != 127 && c < 0xD800 ? (char) c : '.');
        }
        return new Doc().say("{address}  \"{text}\"", "address", new Doc.Num(from, address(from)), "text", text.toString());
    }

    private static Doc pointers(Session session, Words words) throws Command.Stop {
        Live live = session.live();
        Find find = new Find(session);
        long from = find.needAddress(words.word(0));
        int count = count(session, words, 8);
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = from + 8L * i;
            long value = Bytes.number(live, at, 8);
            Object what = find.routine(value) instanceof Doc.Num n && !n.text().startsWith("0x") ? n : value == 0 ? "" : find.place(value);
            rows.add(List.of(address(at), Bytes.isMapped(live, at) ? quad(value) : "????????`????????", what instanceof Doc.Num n && n.text().startsWith("0x") ? "" : what));
        }
        return new Doc().plainTable("pointers", List.of("address", "value", "what"), rows);
    }

    private static Doc edit(Session session, Words words, int size) throws Command.Stop {
        Live live = session.live();
        Find find = new Find(session);
        long at = find.needAddress(words.word(0));
        if (words.count() < 2) {
            throw new Command.Stop("it wants an address and values: eb SystemBuffer#1 41 42");
        }
        List<Long> values = new ArrayList<>();
        for (String word : words.list().subList(1, words.count())) {
            values.add(find.address(word).orElseThrow(() -> new Command.Stop("`%s` is no number", word)));
        }
        for (int i = 0; i < values.size() * size; i++) {
            if (!Bytes.isMapped(live, at + i)) {
                throw new Command.Stop("nothing is mapped at 0x%X", at + i);
            }
        }
        byte[] bytes = new byte[values.size() * size];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values.get(i / size) >>> 8 * (i % size));
        }
        live.machine().memory.store(at < 0 ? null : Bytes.space(live), at, bytes);
        return null;
    }
}
