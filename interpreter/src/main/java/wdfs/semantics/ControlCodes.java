package wdfs.semantics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.bound.BoundExpr;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// I/O control codes: what an ioctl declaration says, and what is odd about the arguments of a `CTL_CODE`.
final class ControlCodes {
    private static final List<String> WORDS = List.of("device_type", "function", "method", "access", "input", "output");
    private static final List<String> METHODS = List.of("buffered", "in_direct", "out_direct", "neither");

    private final Analysis analysis;

    ControlCodes(Analysis analysis) {
        this.analysis = analysis;
    }

    Entries.IoctlFacts facts(Decl.Ioctl d, Scope scope) {
        Body body = analysis.constantBody(scope);
        if (d.code().isPresent()) {
            OptionalLong code = body.exprs.constant(d.code().get(), "the code of an ioctl");
            lint(d.code().get(), body, d.name().text());
            return new Entries.IoctlFacts(d.name().text(), (int) code.orElse(0), null, null);
        }
        return new Facts(d, scope, body).read();
    }

    /// Reads the block of an ioctl.
    private final class Facts {
        private final Decl.Ioctl d;
        private final Scope scope;
        private final Body body;
        private long deviceType = 0x22;
        private long function = -1;
        private int method = -1;
        private int access = -1;
        private Type input;
        private Type output;

        Facts(Decl.Ioctl d, Scope scope, Body body) {
            this.d = d;
            this.scope = scope;
            this.body = body;
        }

        Entries.IoctlFacts read() {
            Set<String> seen = new HashSet<>();
            for (Decl.Property p : d.properties()) {
                String word = p.word().text();
                if (!WORDS.contains(word)) {
                    analysis.report(DeclarationFindings.unknownProperty(p.word().span(), word, "an ioctl", Suggestions.near(word, WORDS), WORDS));
                    continue;
                }
                if (!seen.add(word)) {
                    analysis.report(SemanticFindings.propertyTwice(p.word().span(), word));
                }
                property(p, word);
            }
            for (String word : List.of("function", "method", "access")) {
                if (!seen.contains(word)) {
                    analysis.report(DeclarationFindings.ioctlLacks(d.name().span(), d.name().text(), word));
                }
            }
            long code = deviceType << 16 | (long) Math.max(0, access) << 14 | Math.max(0, function) << 2 | Math.max(0, method);
            return new Entries.IoctlFacts(d.name().text(), (int) code, input, output);
        }

        private void property(Decl.Property p, String word) {
            switch (word) {
                case "device_type" -> number(p).ifPresent(v -> {
                    deviceType = v;
                    checkRange(p.span(), "the device type", v, 0xFFFF, "it is 16 bits wide, and what is more is lost");
                });
                case "function" -> number(p).ifPresent(v -> {
                    function = v;
                    checkRange(p.span(), "the function", v, 0xFFF, "it is 12 bits wide, and what is more spills into the access bits");
                });
                case "method" -> words(p, METHODS).stream().findFirst().ifPresent(w -> method = METHODS.indexOf(w));
                case "access" -> {
                    access = 0;
                    for (String w : words(p, List.of("any", "read", "write"))) {
                        access |= w.equals("read") ? 1 : w.equals("write") ? 2 : 0;
                    }
                }
                case "input" -> input = type(p);
                default -> output = type(p);
            }
        }

        private Optional<Long> number(Decl.Property p) {
            if (p.values().size() != 1 || !(p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr e))) {
                analysis.report(DeclarationFindings.propertyWants(p.span(), p.word().text(), "a number"));
                return Optional.empty();
            }
            OptionalLong value = body.exprs.constant(e, "the " + p.word().text() + " of an ioctl");
            return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
        }

        private List<String> words(Decl.Property p, List<String> allowed) {
            List<String> list = new ArrayList<>();
            for (Decl.PropertyValue value : p.values()) {
                String word = value instanceof Decl.PropertyValue.OfExpr(Expr.NameRef n) ? n.name().text() : "";
                if (!allowed.contains(word)) {
                    analysis.report(DeclarationFindings.unknownWord(value.span(), value.span().text(), p.word().text(), allowed));
                } else {
                    list.add(word);
                }
            }
            if (p.values().isEmpty()) {
                analysis.report(DeclarationFindings.propertyWants(p.span(), p.word().text(), String.join(" or ", allowed)));
            }
            return list;
        }

        private Type type(Decl.Property p) {
            if (p.values().size() == 1 && p.values().getFirst() instanceof Decl.PropertyValue.OfType(var syntax)) {
                Type type = analysis.types.resolve(syntax, scope, null);
                if (!CTypes.isError(type) && !CTypes.isComplete(type)) {
                    analysis.report(SemanticFindings.sizeofIncomplete(p.span(), type));
                    return CTypes.ERROR;
                }
                return type;
            }
            if (p.values().size() == 1 && p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.NameRef n)) {
                return analysis.types.resolve(new wdfs.syntax.TypeSyntax.Named(n.name(), false, n.span()), scope, null);
            }
            analysis.report(DeclarationFindings.propertyWants(p.span(), p.word().text(), "a type"));
            return CTypes.ERROR;
        }
    }

    /// IOM-022: CTL_CODE masks nothing, so an argument out of range changes its neighbours.
    void lint(Expr value, Body body, String name) {
        if (!(value instanceof Expr.Call call) || call.arguments().size() != 4) {
            return;
        }
        long[] most = {0xFFFF, 0xFFF, 3, 3};
        String[] what = {"the device type", "the function", "the method", "the access"};
        String[] why = {"it is 16 bits wide, and what is more is lost", "it is 12 bits wide, and what is more spills into the access bits",
            "it is 2 bits wide, and what is more spills into the function", "it is 2 bits wide, and what is more spills into the device type"};
        for (int i = 0; i < 4; i++) {
            Expr argument = call.arguments().get(i).value();
            BoundExpr[] bound = new BoundExpr[1];
            analysis.isolated(() -> bound[0] = body.exprs.value(argument));
            if (bound[0] instanceof BoundExpr.Constant c && !CTypes.isError(c.type())) {
                checkRange(argument.span(), what[i], c.value(), most[i], why[i]);
            }
        }
    }

    private void checkRange(Span span, String what, long value, long most, String why) {
        if (value < 0 || value > most) {
            analysis.report(DeclarationFindings.badControlCode(span, what, value, most, why));
        }
    }
}
