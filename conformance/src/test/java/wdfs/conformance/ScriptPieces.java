package wdfs.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;
import wdfs.grammar.WdfsLexer;
import wdfs.grammar.WdfsParser;

/// The pieces of a script that its excerpts keep or leave out, by the parse tree; and where the marks belong that tell which of
/// them a test comes through.
final class ScriptPieces {
    /// The objects that have a name, in a string of a driver: what applications and other drivers open.
    private static final Pattern LINK = Pattern.compile("\\\\\\\\(?:Device|DosDevices|\\?\\?)\\\\\\\\(\\w+)");

    private static final Pattern STORE = Pattern.compile("(?s)(?<base>\\w+)(?:\\.|->)(?<member>\\w+)(?:\\[\\w+\\])?(?:\\+\\+;|=(?!=)(?<value>.*);)");
    /// Calls that change nothing.
    private static final Pattern PURE_CALL = Pattern.compile("\\b(?:KeGetCurrentIrql|IoGetCurrentIrpStackLocation|MmGetMdl\\w+|ADDRESS_AND_SIZE_TO_SPAN_PAGES|PsGetCurrent\\w+|sizeof)\\(");
    /// What calls or assigns something, in the text of an expression without blanks.
    private static final Pattern CHANGES = Pattern.compile("\\w\\(|[^=!<>]=[^=]|\\+\\+|--");
    /// The place of what is always reached.
    static final int ALWAYS = -2;

    private final String text;
    final Piece file;
    /// The test blocks, by their titles.
    final Map<String, Piece> tests = new LinkedHashMap<>();
    /// The tokens that the parser got, by where they begin.
    final TreeMap<Integer, Token> tokens = new TreeMap<>();
    /// What to insert where, so that a run tells which places it came through.
    private final TreeMap<Integer, StringBuilder> marks = new TreeMap<>();
    private final Set<String> ownVariables = new HashSet<>();
    /// The structures whose members some initialiser gives by their order.
    private final Set<String> listedTypes = new HashSet<>();
    private int places;

    ScriptPieces(String text, WdfsParser.UnitContext unit) {
        this.text = text;
        this.file = new Piece(0, text.length(), Piece.Keep.ALWAYS, null, Set.of(), -1).asScope();
        collect(unit);
        owners(unit);
        unit.topLevel().forEach(this::topLevel);
    }

    private void collect(ParseTree tree) {
        if (tree instanceof TerminalNode t) {
            if (t.getSymbol().getType() != Token.EOF && t.getSymbol().getType() != WdfsLexer.PpEnd) {
                tokens.put(t.getSymbol().getStartIndex(), t.getSymbol());
            }
            return;
        }
        for (int i = 0; i < tree.getChildCount(); i++) {
            collect(tree.getChild(i));
        }
    }

    /// The variables whose type is a structure of the script's own, wherever one of that name is declared.
    private void owners(WdfsParser.UnitContext unit) {
        Set<String> own = new HashSet<>();
        Map<String, Set<String>> types = new LinkedHashMap<>();
        variables(unit, own, types);
        types.forEach((name, of) -> {
            if (own.containsAll(of)) {
                ownVariables.add(name);
            }
        });
    }

    private void variables(ParseTree tree, Set<String> own, Map<String, Set<String>> types) {
        List<WdfsParser.DeclSpecContext> specs = List.of();
        List<WdfsParser.DeclaratorContext> declarators = List.of();
        switch (tree) {
            case WdfsParser.DeclarationContext c -> {
                specs = c.declSpec();
                declarators = c.initDeclarator().stream().map(WdfsParser.InitDeclaratorContext::declarator).toList();
                if (c.initDeclarator().stream().anyMatch(d -> d.initializer() != null && d.initializer().braces() != null && isListed(d.initializer().braces()))) {
                    specs.stream().filter(s -> s.typeSpec() != null).forEach(s -> listedTypes.add(s.getText()));
                }
                if (specs.stream().anyMatch(s -> s.typeSpec() != null && s.typeSpec().structSpec() != null && s.typeSpec().structSpec().LBrace() != null)) {
                    declarators.forEach(d -> own.add(name(d)));
                    specs.forEach(s -> types(s, own));
                }
            }
            case WdfsParser.ParameterContext c -> {
                specs = c.declSpec();
                declarators = c.declarator() == null ? List.of() : List.of(c.declarator());
            }
            case WdfsParser.StructMemberContext c -> {
                specs = c.declSpec();
                declarators = c.structDeclarator().stream().map(WdfsParser.StructDeclaratorContext::declarator).filter(d -> d != null).toList();
            }
            case WdfsParser.CompoundLiteralContext c when isListed(c.braces()) -> c.typeName().declSpec().forEach(s -> listedTypes.add(s.getText()));
            case WdfsParser.ScriptCompoundContext c when isListed(c.braces()) -> listedTypes.add(c.TypeName().getText());
            default -> { }
        }
        for (WdfsParser.DeclaratorContext declarator : declarators) {
            for (WdfsParser.DeclSpecContext spec : specs) {
                if (spec.typeSpec() != null) {
                    types.computeIfAbsent(name(declarator), _ -> new HashSet<>()).add(spec.typeSpec().getText());
                }
            }
        }
        for (int i = 0; i < tree.getChildCount(); i++) {
            variables(tree.getChild(i), own, types);
        }
    }

    /// Whether values stand in it by their order.
    private static boolean isListed(WdfsParser.BracesContext braces) {
        return braces.initItem().stream().anyMatch(i -> i.designator().isEmpty() && i.anyName() == null && !i.getText().equals("0"));
    }

    /// How many marks there are.
    int places() {
        return places;
    }

    /// The script with its marks.
    String marked() {
        StringBuilder marked = new StringBuilder();
        int at = 0;
        for (Map.Entry<Integer, StringBuilder> mark : marks.entrySet()) {
            marked.append(text, at, mark.getKey()).append(mark.getValue());
            at = mark.getKey();
        }
        return marked.append(text.substring(at)).toString();
    }

    private int mark(int offset, String before, String after) {
        int place = places++;
        marks.computeIfAbsent(offset, _ -> new StringBuilder()).append(before).append(Reached.mark(place)).append(after);
        return place;
    }

    // ---- declarations ------------------------------------------------------------------------------------------------------

    private static int start(ParserRuleContext rule) {
        return rule.getStart().getStartIndex();
    }

    private static int end(ParserRuleContext rule) {
        return rule.getStop().getStopIndex() + 1;
    }

    private static Piece piece(ParserRuleContext rule, Piece.Keep keep, Piece parent, Set<String> names, int place) {
        return new Piece(start(rule), end(rule), keep, parent, names, place);
    }

    private static Piece piece(ParserRuleContext rule, Piece.Keep keep, Piece parent, String... names) {
        return piece(rule, keep, parent, Set.of(names), -1);
    }

    private void topLevel(WdfsParser.TopLevelContext top) {
        switch (top) {
            case WdfsParser.DefineLineContext c -> piece(c, Piece.Keep.NAMED, file, c.anyName().getText());
            case WdfsParser.IoctlTopContext c -> piece(c, Piece.Keep.NAMED, file, name(c.ioctl()));
            case WdfsParser.DriverDeclContext c -> driver(c);
            case WdfsParser.HardwareDeclContext c -> piece(c, Piece.Keep.NAMED, file, c.anyName().getText());
            case WdfsParser.DevnodeDeclContext c -> piece(c, Piece.Keep.NAMED, file, devnodeNames(c), -1);
            case WdfsParser.TestDeclContext c -> {
                String literal = c.StringLiteral().getText();
                tests.put(literal.substring(1, literal.length() - 1), piece(c, Piece.Keep.TEST, file));
            }
            case WdfsParser.ContextTopContext c -> piece(c, Piece.Keep.NAMED, file, contextNames(c.context()), -1);
            case WdfsParser.DeclarationTopContext c -> declaration(c.declaration(), c, file);
            case WdfsParser.FormTopContext c -> piece(c, Piece.Keep.NAMED, file, identifiers(c), -1);
            case WdfsParser.ProcessTopContext c -> piece(c, Piece.Keep.TEST, file);
            case WdfsParser.EmptyTopContext c -> piece(c, Piece.Keep.TEST, file);
            default -> piece(top, Piece.Keep.ALWAYS, file);
        }
    }

    private static String name(WdfsParser.IoctlContext ioctl) {
        return switch (ioctl) {
            case WdfsParser.IoctlBlockContext c -> c.anyName().getText();
            case WdfsParser.IoctlCodeContext c -> c.anyName().getText();
            default -> "";
        };
    }

    /// A driver is named by its name and by the objects that it makes.
    private void driver(WdfsParser.DriverDeclContext c) {
        String source = text.substring(start(c), end(c));
        Set<String> names = new HashSet<>(Set.of(c.anyName().getText()));
        LINK.matcher(source).results().forEach(link -> names.add(link.group(1)));
        Piece driver = piece(c, Piece.Keep.NAMED, file, names, -1).asScope();
        long devices = c.driverMember().stream().filter(WdfsParser.DeviceDeclContext.class::isInstance).count();
        for (WdfsParser.DriverMemberContext member : c.driverMember()) {
            switch (member) {
                case WdfsParser.DriverContextContext m -> piece(m, Piece.Keep.NAMED, driver, contextNames(m.context()), -1);
                case WdfsParser.DeviceDeclContext m -> device(m, driver, devices > 1);
                case WdfsParser.DriverOtherContext m -> member(m.member(), driver, true);
                default -> piece(member, Piece.Keep.ALWAYS, driver);
            }
        }
    }

    /// By its own name and that of its function driver.
    private Set<String> devnodeNames(WdfsParser.DevnodeDeclContext c) {
        Set<String> names = new HashSet<>(Set.of(c.anyName().getText()));
        for (WdfsParser.PropertyContext property : c.property()) {
            if (property instanceof WdfsParser.PropertyLineContext line && line.name().getText().equals("function")) {
                names.addAll(identifiers(line));
            }
        }
        names.remove("function");
        return names;
    }

    private static Set<String> contextNames(WdfsParser.ContextContext c) {
        Set<String> names = new HashSet<>();
        String name = c.anyName(0).getText();
        names.add(name);
        names.add("P" + name);
        names.add(c.AS() == null ? "WdfObjectGet_" + name : c.anyName(1).getText());
        return names;
    }

    private void device(WdfsParser.DeviceDeclContext c, Piece driver, boolean isOneOfMany) {
        Set<String> links = new HashSet<>(Set.of(c.anyName().getText()));
        LINK.matcher(text.substring(start(c), end(c))).results().forEach(link -> links.add(link.group(1)));
        Piece device = piece(c, isOneOfMany ? Piece.Keep.NAMED : Piece.Keep.ALWAYS, driver, links, -1);
        device.device = isOneOfMany;
        for (WdfsParser.DeviceMemberContext member : c.deviceMember()) {
            switch (member) {
                case WdfsParser.QueueDeclContext m -> {
                    Set<String> names = new HashSet<>();
                    m.anyName().forEach(n -> names.add(n.getText()));
                    boolean plain = !names.contains("Default") && m.member().stream().noneMatch(q -> q.getStart().getText().equals("forward"));
                    Piece queue = piece(m, plain ? Piece.Keep.NAMED : Piece.Keep.ALWAYS, device, names, -1);
                    queue.queue = !m.queueDispatch().getText().equals("manual");
                    m.member().forEach(q -> member(q, queue, true));
                }
                case WdfsParser.ObjectDeclContext m -> {
                    Set<String> names = new HashSet<>();
                    m.anyName().forEach(n -> names.add(n.getText()));
                    boolean always = m.objectKind().getText().equals("interrupt");
                    Piece object = piece(m, always ? Piece.Keep.ALWAYS : Piece.Keep.NAMED, device, names, -1);
                    m.member().forEach(q -> member(q, object, false));
                }
                case WdfsParser.DeviceOtherContext m -> member(m.member(), device, true);
                default -> piece(member, Piece.Keep.ALWAYS, device);
            }
        }
    }

    /// @param optional whether a callback that is never called can be left out
    private void member(WdfsParser.MemberContext member, Piece parent, boolean optional) {
        switch (member) {
            case WdfsParser.MemberDefineContext c -> piece(c, Piece.Keep.NAMED, parent, c.anyName().getText());
            case WdfsParser.HandleDeclContext c -> body(c.compound(), piece(c, Piece.Keep.CALLED, parent, Set.of(), mark(start(c.compound()) + 1, "", "")).asScope());
            case WdfsParser.CallbackBodyContext c ->
                body(c.compound(), piece(c, optional ? Piece.Keep.CALLED : Piece.Keep.ALWAYS, parent, Set.of(), mark(start(c.compound()) + 1, "", "")).asScope());
            case WdfsParser.MemberDeclarationContext c -> declaration(c.declaration(), c, parent);
            case WdfsParser.MemberFormContext c -> piece(c, Piece.Keep.NAMED, parent, identifiers(c), -1);
            default -> piece(member, Piece.Keep.ALWAYS, parent);
        }
    }

    private void declaration(WdfsParser.DeclarationContext c, ParserRuleContext whole, Piece parent) {
        Set<String> names = new HashSet<>();
        for (WdfsParser.DeclSpecContext spec : c.declSpec()) {
            types(spec, names);
        }
        c.initDeclarator().forEach(d -> names.add(name(d.declarator())));
        boolean entry = names.contains("DriverEntry");
        Piece piece = piece(whole, entry ? Piece.Keep.ALWAYS : Piece.Keep.NAMED, parent, names, -1);
        if (c.compound() != null) {
            int place = mark(start(c.compound()) + 1, "", "");
            Piece inside = piece.asScope();
            if (isVoid(c) && !c.compound().statement().isEmpty()) {
                inside = new Piece(start(c.compound().statement(0)), end(c.compound().statement().getLast()), Piece.Keep.CHOSEN, piece, Set.of(), place);
            }
            body(c.compound(), inside);
        } else {
            declarators(c, piece);
            c.declSpec().forEach(s -> members(s, piece));
        }
    }

    private static boolean isVoid(WdfsParser.DeclarationContext c) {
        return c.declSpec().stream().anyMatch(s -> s.getText().equalsIgnoreCase("void")) && c.initDeclarator(0).declarator().pointer().isEmpty();
    }

    /// The members of a structure and the enumerators of an enumeration.
    private void members(WdfsParser.DeclSpecContext spec, Piece piece) {
        if (spec.typeSpec() == null) {
            return;
        }
        WdfsParser.StructSpecContext struct = spec.typeSpec().structSpec();
        if (struct != null && struct.Struct() != null && struct.attributes() == null && struct.structMember().size() + struct.getChildCount() > 3) {
            boolean listed = piece.names.stream().anyMatch(listedTypes::contains);
            for (WdfsParser.StructMemberContext member : struct.structMember()) {
                boolean plain = member.attributes() == null && !member.structDeclarator().isEmpty()
                        && member.structDeclarator().stream().allMatch(d -> d.declarator() != null && d.Colon() == null && !d.getText().endsWith("[]"));
                if (plain && member.declSpec().stream().noneMatch(s -> s.getText().contains("{"))) {
                    Set<String> names = new HashSet<>();
                    member.structDeclarator().forEach(d -> names.add(name(d.declarator())));
                    Piece field = piece(member, listed || member == struct.structMember(0) ? Piece.Keep.ALWAYS : Piece.Keep.READ, piece, names, -1);
                    field.field = true;
                    if (!listed && member.structDeclarator().size() > 1) {
                        member.structDeclarator().forEach(d -> field.declarators.add(new Piece.Declarator(name(d.declarator()), start(d), end(d), -1)));
                    }
                }
            }
        }
        WdfsParser.EnumSpecContext list = spec.typeSpec().enumSpec();
        if (list != null && !list.enumerator().isEmpty() && !text.substring(start(list), end(list)).contains("//")) {
            long number = 0;
            List<Piece.Declarator> enumerators = new ArrayList<>();
            for (WdfsParser.EnumeratorContext e : list.enumerator()) {
                if (e.conditional() != null && !e.conditional().getText().matches("\\d{1,9}|0[xX][0-9A-Fa-f]{1,8}")) {
                    return;
                }
                number = e.conditional() == null ? number : Long.decode(e.conditional().getText());
                enumerators.add(new Piece.Declarator(e.anyName().getText(), start(e), end(e), number++));
            }
            piece.declarators.addAll(enumerators);
        }
    }

    /// Variables that stand in one declaration can go one by one.
    private static void declarators(WdfsParser.DeclarationContext c, Piece piece) {
        boolean plain = c.declSpec().stream().noneMatch(s -> s.getText().startsWith("typedef") || s.getText().contains("{"));
        if (plain && c.initDeclarator().size() > 1) {
            c.initDeclarator().forEach(d -> piece.declarators.add(new Piece.Declarator(name(d.declarator()), start(d), end(d), -1)));
        }
    }

    /// The tags and enumerators of a type.
    private static void types(ParseTree tree, Set<String> names) {
        if (tree instanceof WdfsParser.StructSpecContext s && s.anyName() != null) {
            names.add(s.anyName().getText());
        } else if (tree instanceof WdfsParser.EnumSpecContext e) {
            if (e.anyName() != null) {
                names.add(e.anyName().getText());
            }
            e.enumerator().forEach(n -> names.add(n.anyName().getText()));
        }
        for (int i = 0; i < tree.getChildCount(); i++) {
            types(tree.getChild(i), names);
        }
    }

    private static String name(WdfsParser.DeclaratorContext declarator) {
        WdfsParser.DirectDeclaratorContext direct = declarator.directDeclarator();
        while (true) {
            switch (direct) {
                case WdfsParser.NameDeclaratorContext c -> {
                    return c.getText();
                }
                case WdfsParser.ParenDeclaratorContext c -> {
                    return name(c.declarator());
                }
                case WdfsParser.ArrayDeclaratorContext c -> direct = c.directDeclarator();
                case WdfsParser.FunctionDeclaratorContext c -> direct = c.directDeclarator();
                default -> {
                    return "";
                }
            }
        }
    }

    private static Set<String> identifiers(ParserRuleContext rule) {
        Set<String> names = new HashSet<>();
        List<ParseTree> open = new ArrayList<>(List.of(rule));
        while (!open.isEmpty()) {
            ParseTree tree = open.removeLast();
            if (tree instanceof TerminalNode t && t.getText().matches("[A-Za-z_]\\w*")) {
                names.add(t.getText());
            }
            for (int i = 0; i < tree.getChildCount(); i++) {
                open.add(tree.getChild(i));
            }
        }
        return names;
    }

    // ---- statements --------------------------------------------------------------------------------------------------------

    private void body(ParserRuleContext rule, Piece piece) {
        for (int i = 0; i < rule.getChildCount(); i++) {
            if (rule.getChild(i) instanceof ParserRuleContext child) {
                statement(child, piece, rule instanceof WdfsParser.CompoundContext);
            }
        }
    }

    /// @param listed whether it stands in a block, and what is behind it stays right without it
    private void statement(ParserRuleContext rule, Piece piece, boolean listed) {
        switch (rule) {
            case WdfsParser.SwitchStatementContext c when c.statement() instanceof WdfsParser.BlockStatementContext block -> {
                List<WdfsParser.StatementContext> statements = block.compound().statement();
                Piece inside = piece;
                if (listed && statements.stream().noneMatch(WdfsParser.DefaultStatementContext.class::isInstance) && !c.expression().getText().contains("(")) {
                    inside = new Piece(start(c), end(c), Piece.Keep.CHOSEN, piece, Set.of(), ALWAYS);
                    inside.hollow = true;
                }
                arms(statements, inside);
            }
            case WdfsParser.IfStatementContext c -> choice(c, piece, listed);
            case WdfsParser.ExpressionStatementContext c when listed && STORE.matcher(c.getText()).matches() -> store(c, piece);
            case WdfsParser.DeclarationStatementContext c when isIdle(c.declaration()) -> {
                Piece local = piece(c, Piece.Keep.NAMED, piece, locals(c.declaration()), -1);
                declarators(c.declaration(), local);
            }
            default -> body(rule, piece);
        }
    }

    /// Whether it calls nothing, so that nobody misses it who does not use its names.
    private static boolean isIdle(WdfsParser.DeclarationContext c) {
        return c.compound() == null && c.initDeclarator().stream().noneMatch(d -> d.initializer() != null && CHANGES.matcher(PURE_CALL.matcher(d.initializer().getText()).replaceAll("")).find());
    }

    private static Set<String> locals(WdfsParser.DeclarationContext c) {
        Set<String> names = new HashSet<>();
        c.declSpec().forEach(s -> types(s, names));
        c.initDeclarator().forEach(d -> names.add(name(d.declarator())));
        return names;
    }

    /// `if (Mode & 4) …`, which a script offers to its tests: a way that the test does not go is left out. A condition that calls
    /// something, or asks for NULL, is a check that belongs to the code.
    private void choice(WdfsParser.IfStatementContext c, Piece piece, boolean listed) {
        WdfsParser.StatementContext then = c.statement(0);
        WdfsParser.StatementContext otherwise = c.Else() == null ? null : c.statement(1);
        int thenPlace = wrapped(then);
        if (!listed || !isWay(c)) {
            statement(then, piece, false);
            if (otherwise != null) {
                Piece rest = new Piece(c.Else().getSymbol().getStartIndex(), end(otherwise), Piece.Keep.CHOSEN, piece, Set.of(), wrapped(otherwise));
                statement(otherwise, rest, false);
            }
            return;
        }
        Piece first = new Piece(start(c), end(then), Piece.Keep.CHOSEN, piece, Set.of(), isCheck(c) ? ALWAYS : thenPlace);
        statement(then, first, false);
        first.hollow = otherwise == null && isHollow(then, first);
        if (otherwise == null) {
            return;
        }
        Piece word = new Piece(c.Else().getSymbol().getStartIndex(), start(otherwise), Piece.Keep.JOINT, piece, Set.of(), -1);
        Piece second;
        if (otherwise instanceof WdfsParser.IfStatementContext next && next.Else() == null && isWay(next) && !isCheck(next)) {
            second = new Piece(start(otherwise), end(otherwise), Piece.Keep.CHOSEN, piece, Set.of(), wrapped(next.statement(0)));
            statement(next.statement(0), second, false);
        } else {
            second = new Piece(start(otherwise), end(otherwise), Piece.Keep.CHOSEN, piece, Set.of(), wrapped(otherwise));
            statement(otherwise, second, otherwise instanceof WdfsParser.IfStatementContext next && next.Else() != null);
        }
        word.joins(first, second);
        if (otherwise instanceof WdfsParser.BlockStatementContext block && block.compound().statement().stream().noneMatch(s -> s instanceof WdfsParser.DeclarationStatementContext)) {
            for (TerminalNode brace : List.of(block.compound().LBrace(), block.compound().RBrace())) {
                new Piece(brace.getSymbol().getStartIndex(), brace.getSymbol().getStopIndex() + 1, Piece.Keep.JOINT, second, Set.of(), -1).joins(first, second);
            }
        }
    }

    /// Whether asking changes nothing.
    private static boolean isWay(WdfsParser.IfStatementContext c) {
        return !CHANGES.matcher(c.expression().getText()).find();
    }

    /// A check whether there is something at all: it stays, whatever the test finds.
    private static boolean isCheck(WdfsParser.IfStatementContext c) {
        return c.expression().getText().contains("==NULL");
    }

    private int wrapped(WdfsParser.StatementContext statement) {
        int place = mark(start(statement), "{", "");
        marks.computeIfAbsent(end(statement), _ -> new StringBuilder()).insert(0, "}");
        return place;
    }

    /// Whether a statement holds nothing but pieces.
    private static boolean isHollow(WdfsParser.StatementContext statement, Piece piece) {
        if (!(statement instanceof WdfsParser.BlockStatementContext block) || piece.children.isEmpty()) {
            return false;
        }
        return block.compound().statement().stream().allMatch(s -> piece.children.stream().anyMatch(p -> p.start == start(s) && p.end == end(s)));
    }

    /// `facts->Length = 7;` into a structure of the script's own.
    private void store(WdfsParser.ExpressionStatementContext c, Piece piece) {
        Matcher store = STORE.matcher(c.getText());
        String value = store.matches() && store.group("value") != null ? store.group("value") : "";
        if (ownVariables.contains(store.group("base")) && !CHANGES.matcher(PURE_CALL.matcher(value).replaceAll("")).find()) {
            piece(c, Piece.Keep.READ, piece, store.group("member"));
        }
    }

    private void arms(List<WdfsParser.StatementContext> statements, Piece piece) {
        for (int i = 0; i < statements.size();) {
            int first = i;
            boolean chosen = true;
            while (i < statements.size() && isLabel(statements.get(i))) {
                chosen &= statements.get(i) instanceof WdfsParser.CaseStatementContext;
                i++;
            }
            int body = i;
            while (i < statements.size() && !isLabel(statements.get(i))) {
                i++;
            }
            Piece arm = piece;
            if (chosen && body > first) {
                int stop = end(statements.get(i - 1));
                arm = new Piece(start(statements.get(first)), stop, Piece.Keep.CHOSEN, piece, Set.of(), mark(end(statements.get(body - 1)), "", ""));
            }
            for (WdfsParser.StatementContext statement : statements.subList(body, i)) {
                statement(statement, arm, true);
            }
        }
    }

    private static boolean isLabel(WdfsParser.StatementContext statement) {
        return statement instanceof WdfsParser.CaseStatementContext || statement instanceof WdfsParser.DefaultStatementContext;
    }
}
