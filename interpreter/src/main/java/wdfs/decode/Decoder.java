package wdfs.decode;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.decode.Reading.Field;
import wdfs.diagnostics.Suggestions;
import wdfs.runtime.BugChecks;
import wdfs.runtime.Statuses;

/// Numbers and names of Windows, both ways: control codes, NTSTATUS, Win32 errors, HRESULTs around them, bug checks. What can
/// mean several things is told with all of them.
public final class Decoder {
    /// How many statuses that lead to one Win32 error are named.
    private static final int SHOWN = 6;

    private static final Pattern CALL = Pattern.compile("\\s*([A-Za-z_0-9]+)\\s*\\((.*)\\)\\s*", Pattern.DOTALL);
    private static final List<String> METHODS = List.of("METHOD_BUFFERED", "METHOD_IN_DIRECT", "METHOD_OUT_DIRECT", "METHOD_NEITHER");
    private static final List<String> METHOD_MEANINGS = List.of("input and output through one system buffer", "input through a system buffer, the output buffer locked for reading (MDL)",
            "input through a system buffer, the output buffer locked for writing (MDL)", "the application's addresses as they are, unchecked");
    private static final List<String> ACCESSES = List.of("FILE_ANY_ACCESS", "FILE_READ_ACCESS", "FILE_WRITE_ACCESS", "FILE_READ_ACCESS | FILE_WRITE_ACCESS");
    private static final List<String> SEVERITIES = List.of("success", "informational", "warning", "error");

    private static final Map<Integer, String> STATUS_FACILITIES = Map.ofEntries(Map.entry(0x1, "debugger"), Map.entry(0x2, "RPC runtime"), Map.entry(0x3, "RPC stubs"),
            Map.entry(0x4, "I/O error codes"), Map.entry(0x7, "NTWIN32: a Win32 error"), Map.entry(0x8, "certificates"), Map.entry(0x9, "security support providers"),
            Map.entry(0xA, "terminal server"), Map.entry(0xB, "multilingual user interface"), Map.entry(0x10, "USB"), Map.entry(0x11, "HID"), Map.entry(0x12, "FireWire"),
            Map.entry(0x13, "cluster"), Map.entry(0x14, "ACPI"), Map.entry(0x15, "side by side assemblies"), Map.entry(0x19, "transactions"), Map.entry(0x1A, "common log"),
            Map.entry(0x1B, "video"), Map.entry(0x1C, "filter manager"), Map.entry(0x1D, "monitor"), Map.entry(0x1E, "graphics kernel"), Map.entry(0x20, "driver framework"),
            Map.entry(0x21, "full volume encryption"), Map.entry(0x22, "filtering platform"), Map.entry(0x23, "NDIS"), Map.entry(0x29, "TPM"), Map.entry(0x35, "hypervisor"),
            Map.entry(0x36, "IPsec"), Map.entry(0x37, "virtualization"), Map.entry(0x38, "volume manager"), Map.entry(0x39, "boot configuration data"), Map.entry(0x3A, "virtual disks"));

    private static final Map<Integer, String> RESULT_FACILITIES = Map.of(0, "none", 1, "RPC", 2, "IDispatch", 3, "storage", 4, "of the interface", 7, "Win32", 8, "Windows", 9, "security",
            0xA, "control", 0xB, "certificates");

    private final Statuses statuses;
    private final Tables tables = new Tables();

    public Decoder(Statuses statuses) {
        this.statuses = statuses;
    }

    /// A text that is neither a number of 32 bits nor a name that Windows has; the message is for the user.
    public static final class Unknown extends Exception {
        Unknown(String message) {
            super(message);
        }
    }

    /// Everything that the text can mean; never empty.
    public List<Reading> read(String text) throws Unknown {
        Matcher call = CALL.matcher(text);
        if (call.matches()) {
            return call(text, call.group(1), call.group(2).isBlank() ? List.of() : List.of(call.group(2).split(",", -1)));
        }
        Set<Reading> readings = new LinkedHashSet<>();
        for (int number : numbers(text)) {
            readings.addAll(ofNumber(number));
        }
        if (readings.isEmpty()) {
            readings.addAll(ofName(text.strip()));
        }
        return List.copyOf(readings);
    }

    // ---- numbers -----------------------------------------------------------------------------------------------------------

    /// The 32-bit numbers that a text can stand for, none if it is no number. Eight digits may be meant as hexadecimal, as
    /// debuggers print them.
    private static List<Integer> numbers(String text) throws Unknown {
        String word = text.strip().replace("_", "").replace("`", "");
        boolean negative = word.startsWith("-");
        String digits = (negative ? word.substring(1) : word).replaceFirst("(?i)[ul]{1,3}$", "");
        List<Integer> found = new ArrayList<>();
        if (digits.matches("0[xX][0-9A-Fa-f]{1,16}")) {
            found.add(narrowed(text, Long.parseUnsignedLong(digits.substring(2), 16), negative, true));
        } else if (digits.matches("[0-9A-Fa-f]{2,16}[hH]")) {
            found.add(narrowed(text, Long.parseUnsignedLong(digits.substring(0, digits.length() - 1), 16), negative, true));
        } else if (digits.matches("[0-9]{1,18}")) {
            long value = Long.parseLong(digits);
            if (value <= 0xFFFF_FFFFL) {
                found.add(narrowed(text, value, negative, false));
            }
            if (digits.length() == 8 && !negative && Long.parseLong(digits, 16) >= 0x8000_0000L) {
                found.add((int) Long.parseLong(digits, 16));
            }
            if (found.isEmpty()) {
                throw new Unknown("`" + text + "` does not fit 32 bits");
            }
        } else if (digits.matches("[0-9A-Fa-f]{8}|[fF]{8}[0-9A-Fa-f]{8}") && !negative) {
            found.add((int) Long.parseUnsignedLong(digits, 16));
        }
        return found;
    }

    /// A status that was widened to 64 bits, as registers show it, counts as its lower half.
    private static int narrowed(String text, long value, boolean negative, boolean hexadecimal) throws Unknown {
        long whole = negative ? -value : value;
        if (whole >= Integer.MIN_VALUE && whole <= 0xFFFF_FFFFL && !(negative && whole > 0) || hexadecimal && !negative && value >>> 31 == 0x1_FFFF_FFFFL) {
            return (int) whole;
        }
        throw new Unknown("`" + text + "` does not fit 32 bits");
    }

    private List<Reading> ofNumber(int value) {
        List<Reading> known = new ArrayList<>();
        if (!tables.controlCodes().names(value).isEmpty()) {
            known.add(controlCode(value));
        }
        if (!tables.statuses().names(value).isEmpty()) {
            known.add(status(value));
        }
        if (isWrapped(value)) {
            known.add(result(value));
        }
        if (!tables.errors().names(value).isEmpty()) {
            known.add(error(value));
        }
        if (!tables.bugChecks().names(value).isEmpty()) {
            known.add(bugCheck(value, List.of()));
        }
        if (!tables.deviceTypes().names(value).isEmpty()) {
            known.add(deviceType(value));
        }
        int type = value >>> 16;
        boolean vendorCode = value > 0xFFFF && tables.controlCodes().names(value).isEmpty() && !tables.deviceTypes().names(type).isEmpty();
        if (vendorCode) {
            known.add(0, controlCode(value));
        }
        if (!known.isEmpty()) {
            return known;
        }
        // No table has it: its structure still says something.
        if (value < 0) {
            known.add(status(value));
            known.add(result(value));
        } else if (value >>> 30 == 1) {
            known.add(status(value));
        }
        if (type != 0) {
            known.add(controlCode(value));
        }
        if (known.isEmpty()) {
            known.add(error(value));
        }
        return known;
    }

    // ---- names -------------------------------------------------------------------------------------------------------------

    private List<Reading> ofName(String name) throws Unknown {
        List<Reading> found = new ArrayList<>();
        tables.controlCodes().value(name).ifPresent(value -> found.add(controlCode(value)));
        tables.statuses().value(name).ifPresent(value -> found.add(status(value)));
        tables.errors().value(name).ifPresent(value -> found.add(error(value)));
        tables.deviceTypes().value(name).ifPresent(value -> found.add(deviceType(value)));
        tables.bugChecks().value(name).ifPresent(value -> found.add(bugCheck(value, List.of())));
        if (!found.isEmpty()) {
            return found;
        }
        Set<String> names = new LinkedHashSet<>();
        for (Tables.Table table : List.of(tables.controlCodes(), tables.statuses(), tables.errors(), tables.deviceTypes(), tables.bugChecks())) {
            names.addAll(table.byName().keySet());
        }
        throw new Unknown("`" + name + "` is neither a number nor the name of a control code, NTSTATUS, Win32 error or bug check" + meant(name, names));
    }

    private static String meant(String name, Collection<String> names) {
        List<String> near = Suggestions.near(name.toUpperCase(Locale.ROOT), names);
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    /// `CTL_CODE(…)`, `HRESULT_FROM_WIN32(…)` and the like, and a bug check with its parameters.
    private List<Reading> call(String text, String name, List<String> arguments) throws Unknown {
        switch (name.toUpperCase(Locale.ROOT)) {
            case "CTL_CODE" -> {
                if (arguments.size() != 4) {
                    throw new Unknown("CTL_CODE wants four arguments: CTL_CODE(DeviceType, Function, Method, Access)");
                }
                int type = argument(arguments.get(0), 0xFFFF);
                int function = argument(arguments.get(1), 0xFFF);
                int method = argument(arguments.get(2), 3);
                int access = argument(arguments.get(3), 3);
                return List.of(controlCode(type << 16 | access << 14 | function << 2 | method));
            }
            case "HRESULT_FROM_WIN32" -> {
                int error = one(name, arguments);
                return List.of(error <= 0 ? result(error) : result(0x8007_0000 | error & 0xFFFF));
            }
            case "HRESULT_FROM_NT" -> {
                return List.of(result(one(name, arguments) | 0x1000_0000));
            }
            case "NTSTATUS_FROM_WIN32" -> {
                int error = one(name, arguments);
                return List.of(error <= 0 ? status(error) : status(0xC007_0000 | error & 0xFFFF));
            }
            default -> {
                Optional<Integer> code = name.matches("0[xX][0-9A-Fa-f]{1,8}") ? Optional.of((int) Long.parseLong(name.substring(2), 16)) : tables.bugChecks().value(name);
                if (code.isEmpty() || arguments.size() > 4) {
                    throw new Unknown("`" + text + "` is no CTL_CODE, HRESULT_FROM_WIN32, HRESULT_FROM_NT, NTSTATUS_FROM_WIN32 or bug check with up to four parameters");
                }
                List<Long> parameters = new ArrayList<>();
                for (String argument : arguments) {
                    parameters.add(parameter(argument));
                }
                return List.of(bugCheck(code.get(), parameters));
            }
        }
    }

    private int one(String name, List<String> arguments) throws Unknown {
        if (arguments.size() != 1) {
            throw new Unknown(name + " wants one argument");
        }
        return argument(arguments.getFirst(), 0xFFFF_FFFFL);
    }

    /// A number or a known name, `|` between several.
    private int argument(String text, long most) throws Unknown {
        long value = 0;
        for (String part : text.split("\\|")) {
            String word = part.strip();
            List<Integer> numbers = numbers(word);
            if (!numbers.isEmpty()) {
                value |= Integer.toUnsignedLong(numbers.getFirst());
                continue;
            }
            String name = word.toUpperCase(Locale.ROOT);
            int method = METHODS.indexOf(name);
            int access = switch (name) {
                case "FILE_ANY_ACCESS", "FILE_SPECIAL_ACCESS" -> 0;
                case "FILE_READ_ACCESS", "FILE_READ_DATA" -> 1;
                case "FILE_WRITE_ACCESS", "FILE_WRITE_DATA" -> 2;
                default -> -1;
            };
            int direct = name.equals("METHOD_DIRECT_TO_HARDWARE") ? 1 : name.equals("METHOD_DIRECT_FROM_HARDWARE") ? 2 : method;
            value |= Integer.toUnsignedLong(direct >= 0 ? direct : access >= 0 ? access : (int) ofName(word).getFirst().value());
        }
        if (value > most) {
            throw new Unknown("`" + text.strip() + "` is larger than 0x%X, the most that fits there".formatted(most));
        }
        return (int) value;
    }

    private static long parameter(String text) throws Unknown {
        String word = text.strip().replace("`", "").replace("_", "");
        try {
            return word.startsWith("0x") || word.startsWith("0X") ? Long.parseUnsignedLong(word.substring(2), 16) : word.matches("[0-9]+") ? Long.parseLong(word)
                    : Long.parseUnsignedLong(word, 16);
        } catch (NumberFormatException _) {
            throw new Unknown("`" + text.strip() + "` is no number");
        }
    }

    // ---- readings ----------------------------------------------------------------------------------------------------------

    private Reading controlCode(int code) {
        int type = code >>> 16;
        int function = code >>> 2 & 0xFFF;
        int method = code & 3;
        int access = code >>> 14 & 3;
        List<String> names = tables.controlCodes().names(code);
        List<String> types = tables.deviceTypes().names(type);
        String typeText = types.isEmpty() ? "0x%X".formatted(type) : types.getFirst();
        String macro = "CTL_CODE(%s, 0x%X, %s, %s)".formatted(typeText, function, METHODS.get(method), ACCESSES.get(access));
        List<Field> fields = new ArrayList<>();
        if (!names.isEmpty()) {
            fields.add(new Field("made by", "", macro));
        }
        also(fields, names);
        fields.add(new Field("device type", "0x%X".formatted(type), types.isEmpty() ? type >= 0x8000 ? "a vendor's own: 0x8000 and above" : "" : String.join(", ", types)));
        fields.add(new Field("function", "0x%X".formatted(function), function >= 0x800 ? "a vendor's own: 0x800 and above" : "Microsoft's: below 0x800"));
        fields.add(new Field("method", String.valueOf(method), METHODS.get(method) + ": " + METHOD_MEANINGS.get(method)));
        fields.add(new Field("access", String.valueOf(access), ACCESSES.get(access)));
        return new Reading("control code", names.isEmpty() ? macro : names.getFirst(), Integer.toUnsignedLong(code), !names.isEmpty(), fields);
    }

    private Reading status(int status) {
        List<String> names = tables.statuses().names(status);
        int severity = status >>> 30;
        int facility = status >>> 16 & 0xFFF;
        List<Field> fields = new ArrayList<>();
        also(fields, names);
        fields.add(new Field("severity", String.valueOf(severity), SEVERITIES.get(severity) + (severity < 2 ? ": NT_SUCCESS holds" : ": NT_SUCCESS does not hold")));
        if ((status & 0x2000_0000) != 0) {
            fields.add(new Field("customer", "1", "defined by somebody else than Microsoft"));
        }
        fields.add(new Field("facility", "0x%X".formatted(facility), facility == 0 ? "none in particular" : STATUS_FACILITIES.getOrDefault(facility, "")));
        fields.add(new Field("code", "0x%X".formatted(status & 0xFFFF), ""));
        int error = statuses.toWin32(status);
        fields.add(new Field("GetLastError", Integer.toUnsignedString(error), errorName(error) + (error == 317 ? ": what has no translation" : "")));
        return new Reading("NTSTATUS", names.isEmpty() ? "without a name" : names.getFirst(), Integer.toUnsignedLong(status), !names.isEmpty(), fields);
    }

    private String errorName(int error) {
        List<String> names = tables.errors().names(error);
        return names.isEmpty() ? "" : names.getFirst();
    }

    private Reading error(int error) {
        List<String> names = tables.errors().names(error);
        List<Field> fields = new ArrayList<>();
        also(fields, names);
        List<String> from = new ArrayList<>();
        for (Map.Entry<String, Integer> entry : tables.statuses().byName().entrySet()) {
            if (statuses.toWin32(entry.getValue()) == error && error != 317) {
                from.add(entry.getKey());
            }
        }
        if (!from.isEmpty()) {
            fields.add(new Field("comes from", "", String.join(", ", from.subList(0, Math.min(SHOWN, from.size()))) + (from.size() > SHOWN ? " and " + (from.size() - SHOWN) + " more" : "")));
        }
        if (error > 0 && error <= 0xFFFF) {
            fields.add(new Field("HRESULT", "0x%08X".formatted(0x8007_0000 | error), "HRESULT_FROM_WIN32(%d)".formatted(error)));
        }
        return new Reading("Win32 error", names.isEmpty() ? "without a name" : names.getFirst(), Integer.toUnsignedLong(error), !names.isEmpty(), fields);
    }

    /// Whether the number is an HRESULT made from a Win32 error or from an NTSTATUS.
    private boolean isWrapped(int value) {
        return value >>> 16 == 0x8007 || value < 0 && (value & 0x1000_0000) != 0 && !tables.statuses().names(value & ~0x1000_0000).isEmpty();
    }

    private Reading result(int value) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("severity", String.valueOf(value >>> 31), value < 0 ? "failure" : "success"));
        String title = "without a name";
        boolean known = false;
        if ((value & 0x1000_0000) != 0) {
            int status = value & ~0x1000_0000;
            String name = tables.statuses().names(status).stream().findFirst().orElse("0x%08X".formatted(status));
            title = "HRESULT_FROM_NT(" + name + ")";
            known = !tables.statuses().names(status).isEmpty();
            fields.add(new Field("NTSTATUS", "0x%08X".formatted(status), known ? name : ""));
            int error = statuses.toWin32(status);
            fields.add(new Field("GetLastError", Integer.toUnsignedString(error), errorName(error)));
        } else {
            int facility = value >>> 16 & 0x7FF;
            int code = value & 0xFFFF;
            fields.add(new Field("facility", "0x%X".formatted(facility), RESULT_FACILITIES.getOrDefault(facility, "")));
            if (facility == 7) {
                String name = errorName(code);
                known = !name.isEmpty();
                title = "HRESULT_FROM_WIN32(" + (known ? name : code) + ")";
                fields.add(new Field("Win32 error", String.valueOf(code), name));
            } else {
                fields.add(new Field("code", "0x%X".formatted(code), ""));
            }
        }
        return new Reading("HRESULT", title, Integer.toUnsignedLong(value), known, fields);
    }

    private Reading bugCheck(int code, List<Long> parameters) {
        List<Field> fields = new ArrayList<>();
        List<String> meanings = BugChecks.parameters(code);
        for (int i = 0; i < Math.max(meanings.size(), parameters.size()); i++) {
            String meaning = i < meanings.size() ? meanings.get(i) : "";
            String value = i < parameters.size() ? "0x%X".formatted(parameters.get(i)) : "";
            if (code == 0x10D && i == 0 && i < parameters.size()) {
                meaning = BugChecks.wdfViolation(parameters.getFirst());
            } else if (meaning.equals("the exception's code") && i < parameters.size()) {
                meaning += ": " + statuses.name((int) (long) parameters.get(i));
            }
            if (!meaning.isEmpty() || !value.isEmpty()) {
                fields.add(new Field("Arg" + (i + 1), value, meaning));
            }
        }
        if (code == 0x10D && parameters.isEmpty()) {
            for (long subcode : BugChecks.wdfViolations()) {
                fields.add(new Field("Arg1 is", "0x%X".formatted(subcode), BugChecks.wdfViolation(subcode)));
            }
        }
        List<String> names = tables.bugChecks().names(code);
        return new Reading("bug check", names.isEmpty() ? "without a name" : names.getFirst(), Integer.toUnsignedLong(code), !names.isEmpty(), fields);
    }

    private Reading deviceType(int type) {
        List<String> names = tables.deviceTypes().names(type);
        List<Field> fields = new ArrayList<>();
        also(fields, names);
        fields.add(new Field("codes", "0x%04X0000".formatted(type), "to 0x%04XFFFF".formatted(type)));
        return new Reading("device type", names.getFirst(), type, true, fields);
    }

    private static void also(List<Field> fields, List<String> names) {
        if (names.size() > 1) {
            fields.add(new Field("also", "", String.join(", ", names.subList(1, Math.min(names.size(), 1 + SHOWN))) + (names.size() > 1 + SHOWN ? " and " + (names.size() - 1 - SHOWN) + " more" : "")));
        }
    }

    /// The readings that stand for a name of {@link Reading#kind}; for pages that show one.
    public Optional<Reading> status(String name) {
        return tables.statuses().value(name).map(this::status);
    }
}
