package wdfs.semantics;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Initializer;
import wdfs.syntax.Name;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// Initialisers of C: braces with and without designators, strings and bytes into arrays, structures by value. What is
/// not named is zero, padding too.
final class Initializers {
    private final Body body;
    private final Map<Expr, BoundExpr> bound = new IdentityHashMap<>();

    Initializers(Body body) {
        this.body = body;
    }

    /// Where the pieces of an initialiser go, in the order of the text.
    private interface Sink {
        /// @param field the bit-field, or null
        void value(long offset, Type.Field field, Type type, BoundExpr value);

        void bytes(long offset, List<Byte> bytes, Span span);
    }

    // ---- the three uses ------------------------------------------------------------------------------------------------------

    /// The type with the length that the initialiser gives an array `[]`.
    Type completed(Type type, Initializer initializer) {
        if (!(type instanceof Type.Array array) || array.length() >= 0) {
            return type;
        }
        Optional<List<Byte>> text = text(array, initializer);
        if (text.isPresent()) {
            return new Type.Array(array.element(), text.get().size() / Math.max(1, array.element().size()));
        }
        if (initializer instanceof Initializer.Braces braces) {
            Type known = body.analysis.completed.get(initializer);
            if (known != null) {
                return known;
            }
            long[] most = {0};
            body.analysis.isolated(() -> {
                Initializers dry = new Initializers(body);
                dry.list(new Type.Array(array.element(), Integer.MAX_VALUE), 0, braces, new Sink() {
                    @Override public void value(long offset, Type.Field field, Type t, BoundExpr value) {
                        most[0] = Math.max(most[0], offset / Math.max(1, array.element().size()) + 1);
                    }

                    @Override public void bytes(long offset, List<Byte> bytes, Span span) {
                        most[0] = Math.max(most[0], offset / Math.max(1, array.element().size()) + 1);
                    }
                });
            });
            Type complete = new Type.Array(array.element(), Math.max(most[0], countOf(braces, array)));
            body.analysis.completed.put(initializer, complete);
            return complete;
        }
        return type;
    }

    /// How many elements the items without designators alone make; the dry run knows better unless pieces are empty.
    private static long countOf(Initializer.Braces braces, Type.Array array) {
        boolean whole = braces.items().stream().allMatch(item -> item.path().isEmpty() && item.value() instanceof Initializer.Braces);
        return whole || braces.items().isEmpty() ? braces.items().size() : 0;
    }

    /// The statements that initialise a place of the running function.
    List<BoundStmt> local(LValue.InMemory target, Type type, Initializer initializer) {
        List<BoundStmt> steps = new ArrayList<>();
        Span span = initializer.span();
        boolean whole = initializer instanceof Initializer.Value && type instanceof Type.Struct;
        byte[] image = new byte[(int) Math.min(type.size(), 1 << 20)];
        boolean[] onlyConstants = {true};
        boolean[] anything = {false};
        Sink sink = new Sink() {
            @Override public void value(long offset, Type.Field field, Type t, BoundExpr value) {
                LValue.InMemory part = offset == 0 && CTypes.same(t, type) ? target : ExprBinder.part(target, offset, t);
                LValue place = field == null ? part : new LValue.BitField(part, field.bitOffset(), field.bitWidth(), t);
                if (value instanceof BoundExpr.Constant c && field == null && offset + t.size() <= image.length) {
                    Image.put(image, offset, c.value(), (int) t.size());
                    anything[0] |= c.value() != 0;
                    if (c.value() == 0) {
                        return;
                    }
                } else {
                    onlyConstants[0] = false;
                }
                steps.add(new BoundStmt.Expression(new BoundExpr.Assign(place, value, value.span()), value.span()));
            }

            @Override public void bytes(long offset, List<Byte> bytes, Span where) {
                for (int i = 0; i < bytes.size() && offset + i < image.length; i++) {
                    image[(int) offset + i] = bytes.get(i);
                }
                anything[0] = true;
                steps.add(new BoundStmt.FillBytes(target, offset, bytes, where));
            }
        };
        one(type, 0, initializer, sink);
        if (whole) {
            return steps;
        }
        if (onlyConstants[0] && anything[0] && type.size() == image.length) {
            List<Byte> bytes = new ArrayList<>();
            for (byte b : image) {
                bytes.add(b);
            }
            return List.of(new BoundStmt.FillBytes(target, 0, bytes, span));
        }
        steps.addFirst(new BoundStmt.Zero(target, 0, type.size(), span));
        return steps;
    }

    /// The first value of a variable of the image.
    void global(GlobalSymbol global, Entry entry) {
        switch (entry.kind) {
            case GUID -> guid(global, (Expr.Form) entry.node);
            case UNICODE_STRING -> unicodeString(global, (Expr.Form) entry.node);
            default -> {
                if (entry.node instanceof Decl.Variable v && v.initializer().isPresent()) {
                    constant(global, v.initializer().get());
                }
            }
        }
    }

    void constant(GlobalSymbol global, Initializer initializer) {
        byte[] image = global.initial();
        one(global.type(), 0, initializer, new Sink() {
            @Override public void value(long offset, Type.Field field, Type type, BoundExpr value) {
                constantPiece(global, image, offset, field, type, value);
            }

            @Override public void bytes(long offset, List<Byte> bytes, Span span) {
                for (int i = 0; i < bytes.size() && offset + i < image.length; i++) {
                    image[(int) offset + i] = bytes.get(i);
                }
            }
        });
    }

    private void constantPiece(GlobalSymbol global, byte[] image, long offset, Type.Field field, Type type, BoundExpr value) {
        if (CTypes.isError(value.type())) {
            return;
        }
        if (value instanceof BoundExpr.Constant c) {
            if (field == null) {
                Image.put(image, offset, c.value(), (int) type.size());
                return;
            }
            long mask = field.bitWidth() == 64 ? -1 : (1L << field.bitWidth()) - 1;
            long unit = 0;
            for (int i = 0; i < type.size(); i++) {
                unit |= (image[(int) offset + i] & 0xFFL) << 8 * i;
            }
            unit = unit & ~(mask << field.bitOffset()) | (c.value() & mask) << field.bitOffset();
            Image.put(image, offset, unit, (int) type.size());
            return;
        }
        Address address = address(value);
        if (address == null || type.size() != 8 || field != null) {
            body.report(SemanticFindings.notConstant(value.span(), "the first value of " + global.name()));
            return;
        }
        body.image.address(global, offset, address.target(), address.addend());
    }

    private record Address(Object target, long addend) {}

    /// An address constant; null if it is none.
    private Address address(BoundExpr value) {
        return switch (value) {
            case BoundExpr.StringAddress s -> new Address(body.image.text(s.bytes(), s.span()), 0);
            case BoundExpr.FunctionAddress f -> new Address(f.function(), 0);
            case BoundExpr.AddressOf a -> address(a.target());
            case BoundExpr.Decay d -> address(d.array());
            case BoundExpr.Convert c when CTypes.bits(c.type()) == 64 -> address(c.operand());
            case BoundExpr.PointerAdd p when p.index() instanceof BoundExpr.Constant c -> {
                Address base = address(p.pointer());
                yield base == null ? null : new Address(base.target(), base.addend() + (p.negate() ? -c.value() : c.value()) * p.elementSize());
            }
            default -> null;
        };
    }

    private Address address(LValue.InMemory place) {
        return switch (place) {
            case LValue.Global g -> new Address(g.global(), 0);
            case LValue.Part p -> {
                Address base = address(p.whole());
                yield base == null ? null : new Address(base.target(), base.addend() + p.offset());
            }
            case LValue.Deref d -> {
                Address base = address(d.address());
                yield base == null ? null : new Address(base.target(), base.addend() + d.offset());
            }
            case LValue.Frame _ -> null;
        };
    }

    private void guid(GlobalSymbol global, Expr.Form form) {
        int[] sizes = {4, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1};
        if (form.arguments().size() != sizes.length + 1) {
            body.report(SemanticFindings.formArguments(form.span(), form.form().text(), sizes.length + 1, form.arguments().size()));
            return;
        }
        long offset = 0;
        for (int i = 0; i < sizes.length; i++) {
            if (form.arguments().get(i + 1) instanceof Expr.FormArgument.OfExpr(Expr part)) {
                OptionalLong value = body.exprs.constant(part, "a part of a GUID");
                Image.put(global.initial(), offset, value.orElse(0), sizes[i]);
            }
            offset += sizes[i];
        }
    }

    /// `DECLARE_CONST_UNICODE_STRING(name, L"…")`: Length, MaximumLength, and where the characters are.
    void unicodeString(GlobalSymbol global, Expr.Form form) {
        if (form.arguments().size() != 2 || !(form.arguments().get(1) instanceof Expr.FormArgument.OfExpr(Expr value))
                || !(body.exprs.operand(value) instanceof Operand.Value(BoundExpr.StringAddress text))
                || !(text.type() instanceof Type.Pointer pointer) || pointer.target().size() != 2) {
            body.report(SemanticFindings.formWantsWideString(form.span(), form.form().text()));
            return;
        }
        Image.put(global.initial(), 0, text.bytes().size() - 2L, 2);
        Image.put(global.initial(), 2, text.bytes().size(), 2);
        body.image.address(global, 8, body.image.text(text.bytes(), text.span()), 0);
    }

    // ---- the walk ------------------------------------------------------------------------------------------------------------

    private void one(Type type, long offset, Initializer initializer, Sink sink) {
        if (CTypes.isError(type)) {
            return;
        }
        if (type instanceof Type.Array array) {
            Optional<List<Byte>> text = text(array, initializer);
            if (text.isPresent()) {
                fill(array, offset, text.get(), initializer, sink);
                return;
            }
        }
        switch (initializer) {
            case Initializer.Braces braces when type instanceof Type.Array || type instanceof Type.Struct -> list(type, offset, braces, sink);
            case Initializer.Braces braces -> {
                if (braces.items().size() > 1) {
                    body.report(SemanticFindings.tooManyValues(braces.items().get(1).span(), type, 1));
                }
                if (braces.items().isEmpty()) {
                    sink.value(offset, null, type, body.converter.convert(new BoundExpr.Constant(0, CTypes.INT, braces.span()), type));
                } else {
                    one(type, offset, braces.items().getFirst().value(), sink);
                }
            }
            case Initializer.Value value -> {
                if (type instanceof Type.Array) {
                    BoundExpr given = bound(value.expr());
                    if (!CTypes.isError(given.type())) {
                        body.report(SemanticFindings.arrayNeedsBraces(value.span(), type, given.type()));
                    }
                    return;
                }
                sink.value(offset, null, type, converted(value.expr(), type));
            }
        }
    }

    private BoundExpr bound(Expr expr) {
        BoundExpr known = bound.get(expr);
        if (known == null) {
            known = body.exprs.value(expr);
            bound.put(expr, known);
        }
        return known;
    }

    private BoundExpr converted(Expr expr, Type type) {
        if (type instanceof Type.Managed) {
            return body.exprs.valueFor(expr, type, "the first value");
        }
        return body.converter.assign(bound(expr), type, "the first value");
    }

    /// The bytes of a string or bytes literal that initialises an array, braces around it or not.
    private static Optional<List<Byte>> text(Type.Array array, Initializer initializer) {
        Expr expr = switch (initializer) {
            case Initializer.Value v -> v.expr();
            case Initializer.Braces b when b.items().size() == 1 && b.items().getFirst().path().isEmpty()
                    && b.items().getFirst().value() instanceof Initializer.Value v -> v.expr();
            default -> null;
        };
        return switch (expr) {
            case Expr.StringLiteral s when s.wide() ? CTypes.isWideCharacter(array.element()) : CTypes.isCharacter(array.element()) ->
                    Optional.of(Literals.bytes(s.value(), s.wide(), true));
            case Expr.BytesLiteral b when CTypes.isCharacter(array.element()) -> Optional.of(b.value());
            case null, default -> Optional.empty();
        };
    }

    private void fill(Type.Array array, long offset, List<Byte> bytes, Initializer initializer, Sink sink) {
        long room = array.length() < 0 ? bytes.size() : array.size();
        int unit = (int) array.element().size();
        boolean literal = !(initializer instanceof Initializer.Value v && v.expr() instanceof Expr.BytesLiteral);
        // C lets the terminator fall off the end, and nothing else.
        if (bytes.size() > room && !(literal && bytes.size() - unit == room)) {
            body.report(SemanticFindings.stringTooLong(initializer.span(), bytes.size() / unit, array.length()));
        }
        List<Byte> fitting = bytes.subList(0, (int) Math.min(room, bytes.size()));
        if (!fitting.isEmpty()) {
            sink.bytes(offset, fitting, initializer.span());
        }
    }

    private void list(Type type, long offset, Initializer.Braces braces, Sink sink) {
        int next = members(type, offset, braces.items(), 0, true, sink);
        if (next < braces.items().size()) {
            body.report(SemanticFindings.tooManyValues(braces.items().get(next).span(), type, next));
        }
    }

    /// Gives the members of an aggregate their values from `items`, beginning at `i`; gives the index of the first item
    /// that it did not take.
    /// @param braced the items stand in this aggregate's own braces, so that designators are about it
    private int members(Type type, long offset, List<Initializer.Item> items, int i, boolean braced, Sink sink) {
        List<Type.Field> fields = type instanceof Type.Struct s ? initialisable(s) : List.of();
        long count = type instanceof Type.Array a ? a.length() < 0 ? Integer.MAX_VALUE : a.length()
                : type instanceof Type.Struct s && s.isUnion() ? Math.min(1, fields.size()) : fields.size();
        long slot = 0;
        while (i < items.size()) {
            Initializer.Item item = items.get(i);
            if (!item.path().isEmpty()) {
                if (!braced) {
                    return i;
                }
                slot = designated(type, offset, fields, item, sink);
                i++;
                continue;
            }
            if (slot >= count) {
                return i;
            }
            Type.Field field = type instanceof Type.Struct ? fields.get((int) slot) : null;
            Type part = field != null ? field.type() : ((Type.Array) type).element();
            long at = offset + (field != null ? field.offset() : slot * part.size());
            i = piece(part, at, field != null && field.isBitField() ? field : null, items, i, sink);
            slot++;
        }
        return i;
    }

    private int piece(Type part, long at, Type.Field bitField, List<Initializer.Item> items, int i, Sink sink) {
        Initializer value = items.get(i).value();
        if (bitField != null) {
            Expr expr = value instanceof Initializer.Value v ? v.expr() : null;
            if (expr == null) {
                body.report(SemanticFindings.tooManyValues(value.span(), part, 1));
            } else {
                sink.value(at, bitField, part, converted(expr, part));
            }
            return i + 1;
        }
        boolean aggregate = part instanceof Type.Array || part instanceof Type.Struct;
        if (!aggregate || value instanceof Initializer.Braces || part instanceof Type.Array a && text(a, value).isPresent()) {
            one(part, at, value, sink);
            return i + 1;
        }
        Expr expr = ((Initializer.Value) value).expr();
        if (part instanceof Type.Struct) {
            BoundExpr given = bound(expr);
            if (CTypes.isError(given.type())) {
                return i + 1;
            }
            if (given.type() instanceof Type.Struct) {
                sink.value(at, null, part, converted(expr, part));
                return i + 1;
            }
        }
        // Braces left out: the inner aggregate takes as many of the items as it has members.
        int next = members(part, at, items, i, false, sink);
        return Math.max(next, i + 1);
    }

    private static List<Type.Field> initialisable(Type.Struct struct) {
        return struct.fields().stream().filter(f -> !(f.name().isEmpty() && f.isBitField())).toList();
    }

    /// One item with a designator; gives the slot after it.
    private long designated(Type type, long offset, List<Type.Field> fields, Initializer.Item item, Sink sink) {
        Type at = type;
        long position = offset;
        Type.Field bitField = null;
        long slot = 0;
        for (int k = 0; k < item.path().size(); k++) {
            switch (item.path().get(k)) {
                case Initializer.Designator.Member(Name name) -> {
                    Optional<Type.Field> found = at instanceof Type.Struct s ? s.find(name.text()) : Optional.empty();
                    if (found.isEmpty()) {
                        if (at instanceof Type.Struct s) {
                            body.report(SemanticFindings.unknownMember(name.span(), s, name.text(), Suggestions.near(name.text(), s.memberNames())));
                        } else {
                            body.report(SemanticFindings.noMembers(name.span(), at, name.text()));
                        }
                        return 0;
                    }
                    Type.Field field = found.get();
                    if (k == 0) {
                        slot = slotOf(fields, field);
                    }
                    position += field.offset();
                    bitField = field.isBitField() ? field : null;
                    at = field.type();
                }
                case Initializer.Designator.Element(Expr index) -> {
                    OptionalLong value = body.exprs.constant(index, "a designator");
                    if (!(at instanceof Type.Array array) || value.isEmpty()) {
                        if (value.isPresent() && !CTypes.isError(at)) {
                            body.report(SemanticFindings.indexesNoArray(index.span(), at));
                        }
                        return 0;
                    }
                    if (value.getAsLong() < 0 || array.length() >= 0 && value.getAsLong() >= array.length()) {
                        body.report(SemanticFindings.designatorOutside(index.span(), value.getAsLong(), array.length()));
                        return 0;
                    }
                    if (k == 0) {
                        slot = value.getAsLong();
                    }
                    position += value.getAsLong() * array.element().size();
                    at = array.element();
                    bitField = null;
                }
            }
        }
        if (bitField != null) {
            piece(at, position, bitField, List.of(item), 0, sink);
        } else {
            one(at, position, item.value(), sink);
        }
        return slot + 1;
    }

    /// The member of the list that is, or anonymously holds, the field.
    private static long slotOf(List<Type.Field> fields, Type.Field field) {
        for (int i = 0; i < fields.size(); i++) {
            Type.Field f = fields.get(i);
            if (f.name().equals(field.name()) || f.name().isEmpty() && f.type() instanceof Type.Struct s && s.find(field.name()).isPresent()) {
                return i;
            }
        }
        return 0;
    }

}
