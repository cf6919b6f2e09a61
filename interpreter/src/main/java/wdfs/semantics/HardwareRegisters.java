package wdfs.semantics;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import wdfs.diagnostics.Suggestions;
import wdfs.runtime.HardwareShape;
import wdfs.runtime.HardwareShape.Mode;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Name;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// The registers of a device: where they lie, what their bits are called, what an access does to them. Each is a variable of
/// the device's image, which its own code reads and writes without any of that.
final class HardwareRegisters {
    /// What one `registers` block takes at most.
    private static final long MOST_BYTES = 1 << 16;
    private static final int MOST_FIFO = 4096;
    /// Capacity, width, first, count: the head of a queue, as HARDWARE_FIFO has them.
    private static final int FIFO_HEAD = 16;
    private static final Map<String, Mode> MODES = Map.of("read_only", Mode.READ_ONLY, "write_only", Mode.WRITE_ONLY, "read_write", Mode.READ_WRITE,
            "write_1_clears", Mode.WRITE_1_CLEARS, "write_1_sets", Mode.WRITE_1_SETS, "write_0_clears", Mode.WRITE_0_CLEARS,
            "read_clears", Mode.READ_CLEARS, "read_sets", Mode.READ_SETS, "reserved", Mode.RESERVED);

    private final Analysis analysis;
    private final Image image;
    private final Scope scope;
    private final Scope.Clash clash;
    private final List<Block> blocks = new ArrayList<>();
    private final Map<String, Register> byName = new LinkedHashMap<>();
    private final Map<GlobalSymbol, Register> byVariable = new IdentityHashMap<>();

    private record Block(boolean port, List<Register> registers) {}

    /// @param element the type of an access
    /// @param count elements; 1 unless `isArray`
    record Register(String name, long offset, Type.Int element, boolean isArray, long count, Mode mode, boolean anyWidth, int fifoDepth,
            GlobalSymbol variable, List<Field> fields, Span span) {
        Field field(String wanted) {
            return fields.stream().filter(f -> f.name().equals(wanted)).findFirst().orElse(null);
        }

        long end() {
            return offset + element.size() * count;
        }
    }

    record Field(String name, int low, int width, Mode mode, Span span) {
        long mask() {
            return (width == 64 ? -1L : (1L << width) - 1) << low;
        }
    }

    HardwareRegisters(Analysis analysis, Image image, Scope scope, Scope.Clash clash) {
        this.analysis = analysis;
        this.image = image;
        this.scope = scope;
        this.clash = clash;
    }

    Register find(String name) {
        return byName.get(name);
    }

    Set<String> names() {
        return byName.keySet();
    }

    /// The register that a variable is; null if it is none.
    Register of(GlobalSymbol variable) {
        return byVariable.get(variable);
    }

    // ---- declaring ---------------------------------------------------------------------------------------------------------------

    void space(Decl.Registers block) {
        String word = block.space().text();
        if (!List.of("memory", "port", "internal").contains(word)) {
            analysis.report(HardwareFindings.space(block.space().span(), word));
        }
        List<Register> list = new ArrayList<>();
        for (Decl.Register d : block.registers()) {
            Register register = register(d);
            if (register == null) {
                continue;
            }
            for (Register other : list) {
                if (register.offset() < other.end() && other.offset() < register.end() && !complement(register, other)) {
                    analysis.report(HardwareFindings.overlap(d.name().span(), register.name(), other.name(), other.span()));
                    break;
                }
            }
            list.add(register);
        }
        if (!word.equals("internal")) {
            blocks.add(new Block(word.equals("port"), list));
        }
    }

    /// One that only reads and one that only writes may have one address, as in a 16550.
    private static boolean complement(Register a, Register b) {
        return a.mode() == Mode.READ_ONLY && b.mode() == Mode.WRITE_ONLY || a.mode() == Mode.WRITE_ONLY && b.mode() == Mode.READ_ONLY;
    }

    private OptionalLong constant(Expr expr, String use) {
        return analysis.constantBody(scope, image).exprs.constant(expr, use);
    }

    private Register register(Decl.Register d) {
        String name = d.name().text();
        OptionalLong offset = constant(d.offset(), "the offset of a register");
        Type type = analysis.types.resolve(d.type(), scope, null);
        if (offset.isEmpty() || CTypes.isError(type)) {
            return null;
        }
        Type element = type instanceof Type.Array a ? a.element() : type;
        if (!(element instanceof Type.Int integer) || integer.signed() || integer.kind() == Type.IntKind.BOOL || type instanceof Type.Array a && a.length() <= 0) {
            analysis.report(HardwareFindings.registerType(d.type().span(), name, type));
            return null;
        }
        if (offset.getAsLong() < 0 || offset.getAsLong() >= MOST_BYTES) {
            analysis.report(HardwareFindings.offset(d.offset().span(), name, MOST_BYTES - 1));
            return null;
        }
        if (offset.getAsLong() % integer.size() != 0) {
            analysis.report(HardwareFindings.misaligned(d.offset().span(), name, offset.getAsLong(), (int) integer.size()));
            return null;
        }
        if (type.size() > MOST_BYTES - offset.getAsLong()) {
            analysis.report(HardwareFindings.tooLarge(d.name().span(), name, offset.getAsLong() + type.size(), MOST_BYTES));
            return null;
        }
        boolean array = type instanceof Type.Array;
        Mode mode = Mode.READ_WRITE;
        boolean modeSaid = false;
        boolean anyWidth = false;
        int fifo = 0;
        for (Decl.Clause flag : d.flags()) {
            String word = flag.word().text();
            if (MODES.containsKey(word)) {
                if (modeSaid) {
                    analysis.report(HardwareFindings.twoModes(flag.span(), name));
                }
                modeSaid = true;
                mode = MODES.get(word);
            } else if (word.equals("any_width")) {
                anyWidth = true;
            } else if (word.equals("fifo")) {
                fifo = fifo(flag, d, array);
                continue;
            } else {
                List<String> known = new ArrayList<>(MODES.keySet().stream().sorted().toList());
                known.addAll(List.of("any_width", "fifo(n)"));
                analysis.report(HardwareFindings.flag(flag.word().span(), word, "a register", Suggestions.near(word, known), known));
            }
            if (flag.value().isPresent()) {
                analysis.report(HardwareFindings.flag(flag.span(), flag.span().text(), "a register", List.of(), List.of(word)));
            }
        }
        List<Field> fields = fields(d, integer, array, mode);
        GlobalSymbol variable = variable(d.name(), type, integer, fifo);
        if (!reset(d, variable, integer, fifo)) {
            return null;
        }
        Register register = new Register(name, offset.getAsLong(), integer, array, array ? ((Type.Array) type).length() : 1, mode, anyWidth, fifo, variable,
                fields, d.name().span());
        byName.putIfAbsent(name, register);
        byVariable.put(variable, register);
        return register;
    }

    private int fifo(Decl.Clause flag, Decl.Register d, boolean array) {
        OptionalLong depth = flag.value().isEmpty() ? OptionalLong.empty() : constant(flag.value().get(), "the depth of a queue");
        String wrong = depth.isEmpty() || depth.getAsLong() < 1 || depth.getAsLong() > MOST_FIFO ? "it holds from 1 to " + MOST_FIFO + " values"
                : array ? "it is an array" : !d.fields().isEmpty() ? "it has named bits" : d.reset().isPresent() ? "it is empty at first" : "";
        if (!wrong.isEmpty()) {
            analysis.report(HardwareFindings.fifo(flag.span(), d.name().text(), wrong));
            return 0;
        }
        return (int) depth.getAsLong();
    }

    /// The register as the device's own code sees it: a variable; a queue, as what FifoPush and its like take.
    private GlobalSymbol variable(Name name, Type type, Type.Int element, int fifo) {
        Type stored = fifo == 0 ? type : new Type.Array(CTypes.ULONG64, (FIFO_HEAD + fifo * element.size() + 7) / 8);
        GlobalSymbol variable = image.staticLocal(name.text(), stored, false, name.span());
        Symbol before = scope.own(name.text());
        if (before != null) {
            clash.report(name, before);
        } else if (fifo == 0) {
            scope.put(new Symbol.Static(variable, false));
        } else {
            Image.put(variable.initial(), 0, fifo, 4);
            Image.put(variable.initial(), 4, element.size(), 4);
            scope.put(new Symbol.Fifo(variable, Type.Pointer.to(analysis.entries.libraryType("HARDWARE_FIFO"))));
        }
        return variable;
    }

    private List<Field> fields(Decl.Register d, Type.Int element, boolean array, Mode whole) {
        List<Field> list = new ArrayList<>();
        if (array && !d.fields().isEmpty()) {
            analysis.report(HardwareFindings.arrayFields(d.name().span(), d.name().text()));
            return list;
        }
        for (Decl.RegisterField f : d.fields()) {
            String name = f.name().text();
            OptionalLong high = constant(f.high(), "a bit's number");
            OptionalLong low = f.low().isPresent() ? constant(f.low().get(), "a bit's number") : high;
            if (high.isEmpty() || low.isEmpty()) {
                continue;
            }
            long from = low.getAsLong();
            long to = high.getAsLong();
            if (from < 0 || to < from || to >= element.bits()) {
                analysis.report(HardwareFindings.bits(f.span(), name, to, from, element.bits()));
                continue;
            }
            Mode mode = whole;
            for (Decl.Clause flag : f.flags()) {
                Mode said = MODES.get(flag.word().text());
                if (said == null || flag.value().isPresent()) {
                    List<String> known = MODES.keySet().stream().sorted().toList();
                    analysis.report(HardwareFindings.flag(flag.span(), flag.span().text(), "a field", Suggestions.near(flag.word().text(), known), known));
                } else {
                    mode = said;
                }
            }
            Field field = new Field(name, (int) from, (int) (to - from + 1), mode, f.name().span());
            for (Field other : list) {
                if (other.name().equals(name)) {
                    analysis.report(SemanticFindings.declaredTwice(f.name().span(), name, other.span()));
                } else if ((other.mask() & field.mask()) != 0) {
                    analysis.report(HardwareFindings.bitsOverlap(f.name().span(), name, other.name(), other.span()));
                }
            }
            list.add(field);
        }
        return list;
    }

    /// What the register holds when the device is switched on: its own value, and those of its fields in it.
    private boolean reset(Decl.Register d, GlobalSymbol variable, Type.Int element, int fifo) {
        if (fifo > 0) {
            return true;
        }
        long value = 0;
        if (d.reset().isPresent()) {
            OptionalLong said = constant(d.reset().get(), "what a register holds at first");
            if (said.isEmpty()) {
                return false;
            }
            value = said.getAsLong();
            if (element.bits() < 64 && (value & ~((1L << element.bits()) - 1)) != 0) {
                analysis.report(HardwareFindings.reset(d.reset().get().span(), d.name().text(), value, element.bits()));
                return false;
            }
        }
        for (Decl.RegisterField f : d.fields()) {
            OptionalLong said = f.reset().isPresent() ? constant(f.reset().get(), "what a field holds at first") : OptionalLong.empty();
            OptionalLong high = said.isPresent() ? constant(f.high(), "a bit's number") : OptionalLong.empty();
            OptionalLong low = said.isPresent() && f.low().isPresent() ? constant(f.low().get(), "a bit's number") : high;
            if (said.isEmpty() || high.isEmpty() || low.isEmpty() || high.getAsLong() < low.getAsLong() || high.getAsLong() >= element.bits()) {
                continue;
            }
            int width = (int) (high.getAsLong() - low.getAsLong() + 1);
            if (width < 64 && said.getAsLong() >>> width != 0) {
                analysis.report(HardwareFindings.reset(f.reset().get().span(), f.name().text(), said.getAsLong(), width));
                continue;
            }
            long mask = (width == 64 ? -1L : (1L << width) - 1) << low.getAsLong();
            value = value & ~mask | said.getAsLong() << low.getAsLong();
        }
        for (int at = 0; at < variable.initial().length; at += (int) element.size()) {
            Image.put(variable.initial(), at, value, (int) element.size());
        }
        return true;
    }

    // ---- for the run ---------------------------------------------------------------------------------------------------------------

    List<HardwareShape.Space> spaces(Function<Register, Integer> onRead, Predicate<Register> givesValue, Function<Register, Integer> onWrite) {
        List<HardwareShape.Space> list = new ArrayList<>();
        for (Block block : blocks) {
            long end = 16;
            List<HardwareShape.Register> registers = new ArrayList<>();
            for (Register r : block.registers()) {
                end = Math.max(end, r.end());
                registers.add(new HardwareShape.Register(r.name(), r.offset(), (int) r.element().size(), r.count(), r.anyWidth(), r.fifoDepth(),
                        r.variable().imageOffset(), r.mode(), bits(r), masks(r), onRead.apply(r), givesValue.test(r), onWrite.apply(r)));
            }
            list.add(new HardwareShape.Space(block.port(), Long.highestOneBit(end * 2 - 1), registers));
        }
        return list;
    }

    private static Map<String, Long> masks(Register r) {
        Map<String, Long> masks = new LinkedHashMap<>();
        r.fields().forEach(f -> masks.put(f.name(), f.mask()));
        return masks;
    }

    /// The bits of a register that has named ones and are none of them are reserved: they read as they are and cannot be changed.
    private static List<HardwareShape.Bits> bits(Register r) {
        long all = r.element().bits() == 64 ? -1L : (1L << r.element().bits()) - 1;
        List<HardwareShape.Bits> list = new ArrayList<>();
        long left = all;
        for (Mode mode : Mode.values()) {
            long mask = 0;
            for (Field f : r.fields()) {
                mask |= f.mode() == mode ? f.mask() : 0;
            }
            if (mask != 0) {
                list.add(new HardwareShape.Bits(mode, mask));
                left &= ~mask;
            }
        }
        if (left != 0) {
            list.add(new HardwareShape.Bits(r.fields().isEmpty() ? r.mode() : Mode.RESERVED, left));
        }
        return list;
    }
}
