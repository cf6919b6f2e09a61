package wdfs.semantics;

import java.util.List;
import wdfs.diagnostics.Diagnostic;
import wdfs.source.Span;
import wdfs.types.Type;

/// The findings about `hardware` declarations.
final class HardwareFindings {
    private HardwareFindings() {}

    static Diagnostic space(Span span, String word) {
        return Diagnostic.error("LANG-160", span, "registers lie in memory or in port space, or are internal, not in %s", word)
                .help("registers memory { … }, registers port { … }, or registers internal { … } for those that no driver reaches");
    }

    static Diagnostic offset(Span span, String name, long most) {
        return Diagnostic.error("LANG-160", span, "the offset of %s is a number from 0 to 0x%X", name, most);
    }

    static Diagnostic registerType(Span span, String name, Type type) {
        return Diagnostic.error("LANG-160", span, "%s is %s: a register is an unsigned integer of 8, 16, 32 or 64 bits, or an array of them", name, type.show())
                .help("UCHAR, USHORT, ULONG or ULONG64");
    }

    static Diagnostic misaligned(Span span, String name, long offset, int width) {
        return Diagnostic.error("LANG-160", span, "%s lies at 0x%X: a register of %d bytes is aligned to as many (OBJ-401)", name, offset, width);
    }

    static Diagnostic tooLarge(Span span, String name, long end, long most) {
        return Diagnostic.error("LANG-160", span, "%s ends at 0x%X; a block of registers takes at most 0x%X bytes", name, end, most);
    }

    static Diagnostic overlap(Span span, String name, String other, Span before) {
        return Diagnostic.error("LANG-160", span, "%s and %s share bytes", name, other).label(before, other + " lies here")
                .help("two registers may share their bytes only if one is read_only and the other write_only");
    }

    static Diagnostic flag(Span span, String word, String place, List<String> near, List<String> known) {
        Diagnostic finding = Diagnostic.error("LANG-160", span, "%s means nothing for %s", word, place);
        return near.isEmpty() ? finding.help("%s", String.join(" | ", known)) : SemanticFindings.near(finding, near);
    }

    static Diagnostic twoModes(Span span, String name) {
        return Diagnostic.error("LANG-160", span, "%s has two access modes", name);
    }

    static Diagnostic bits(Span span, String name, long high, long low, int width) {
        return Diagnostic.error("LANG-160", span, "%s takes the bits %d..%d; the register has the bits %d..0", name, high, low, width - 1)
                .help("the higher bit stands first: MODE : 6..4");
    }

    static Diagnostic bitsOverlap(Span span, String name, String other, Span before) {
        return Diagnostic.error("LANG-160", span, "%s and %s share bits", name, other).label(before, other + " has them here");
    }

    static Diagnostic reset(Span span, String name, long value, int bits) {
        return Diagnostic.error("LANG-160", span, "%s has %d %s; 0x%X does not fit", name, bits, bits == 1 ? "bit" : "bits", value);
    }

    static Diagnostic fifo(Span span, String name, String why) {
        return Diagnostic.error("LANG-160", span, "%s cannot be a queue: %s", name, why).help("fifo(16), on a register that is no array and has no fields");
    }

    static Diagnostic arrayFields(Span span, String name) {
        return Diagnostic.error("LANG-160", span, "%s is an array, and only a single register has named bits", name);
    }

    static Diagnostic lineWord(Span span, String word, List<String> near, List<String> known) {
        Diagnostic finding = Diagnostic.error("LANG-161", span, "%s means nothing for an interrupt of the hardware", word);
        return near.isEmpty() ? finding.help("%s", String.join(" | ", known)) : SemanticFindings.near(finding, near);
    }

    static Diagnostic lineValue(Span span, String word, long least, long most) {
        return Diagnostic.error("LANG-161", span, "%s wants a number from %d to %d", word, least, most);
    }

    static Diagnostic lineKind(Span span, String name) {
        return Diagnostic.error("LANG-161", span, "%s is one of level_sensitive, latched and message", name);
    }

    static Diagnostic sharedLatched(Span span, String name) {
        return Diagnostic.error("LANG-161", span, "%s is shared, and only a level-sensitive line can be", name)
                .help("devices that share an edge lose each other's interrupts");
    }

    static Diagnostic unknownLine(Span span, String name, List<String> near) {
        return SemanticFindings.near(Diagnostic.error("LANG-161", span, "the hardware has no interrupt %s", name), near);
    }

    static Diagnostic noMessages(Span span, String name) {
        return Diagnostic.error("LANG-161", span, "%s is a line, and only message interrupts are counted", name).help("interrupt %s message 4;", name);
    }

    static Diagnostic lowersMessage(Span span, String name) {
        return Diagnostic.error("LANG-161", span, "%s sends messages: nothing stays up that could be lowered", name);
    }

    static Diagnostic event(Span span, String word) {
        return Diagnostic.error("LANG-162", span, "on %s names no register", word).help("on %s REGISTER { … }", word);
    }

    static Diagnostic eventOfRegister(Span span, String event) {
        return Diagnostic.error("LANG-162", span, "registers are read and written, and nothing else: there is no on %s of a register", event)
                .help("on read REGISTER { … } or on write REGISTER(value) { … }; an event of its own has no register: on %s(value) { … }", event);
    }

    static Diagnostic unknownRegister(Span span, String name, List<String> near) {
        return SemanticFindings.near(Diagnostic.error("LANG-162", span, "the hardware has no register %s", name), near);
    }

    static Diagnostic eventParameters(Span span, String what, String signature) {
        return Diagnostic.error("LANG-162", span, "%s is written %s", what, signature);
    }

    static Diagnostic eventTwice(Span span, String what, Span before) {
        return Diagnostic.error("LANG-162", span, "%s stands here twice", what).label(before, "and here");
    }

    static Diagnostic neverRead(Span span, String name) {
        return Diagnostic.error("LANG-162", span, "%s is write_only, so nobody reads it", name);
    }

    static Diagnostic neverWritten(Span span, String name) {
        return Diagnostic.error("LANG-162", span, "%s is read_only, so nobody writes it", name);
    }

    static Diagnostic eventArguments(Span span, String name, int most) {
        return Diagnostic.error("LANG-162", span, "on %s takes at most %d values", name, most);
    }

    static Diagnostic memberNotHere(Span span, String what) {
        return Diagnostic.error("LANG-160", span, "%s means nothing in hardware", what)
                .help("registers, interrupt, on …, and C: types, variables, constants and functions");
    }

    static Diagnostic unknownField(Span span, String register, String name, List<String> near) {
        return SemanticFindings.near(Diagnostic.error("LANG-160", span, "%s has no field %s", register, name), near);
    }

    static Diagnostic delay(Span span) {
        return Diagnostic.error("LANG-163", span, "after wants a time: 50us, or an integer in nanoseconds");
    }
}
