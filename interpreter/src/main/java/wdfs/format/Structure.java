package wdfs.format;

import java.util.HashMap;
import java.util.Map;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;
import wdfs.grammar.WdfsLexer;
import wdfs.grammar.WdfsParser;

/// What the parse tree says about tokens: which rule each belongs to, and what it hangs on if it begins a line. Tokens are known by
/// the offset of their first character.
final class Structure {
    static final int STEP = 4;

    /// Where a token stands that begins a line.
    sealed interface Place {
        /// `delta` columns right of the line that holds the token `anchor`; anchor -1 is the margin.
        record Fixed(int anchor, int delta) implements Place {}

        /// In a list between braces: a step right of the line of the brace `open` if nothing follows the brace in its line, else
        /// as a continuation of `item`.
        record Listed(int open, int item) implements Place {}

        /// The statement or declaration that begins with the token `item` goes on, at least `least` right of where it begins.
        record Continued(int item, int least) implements Place {}
    }

    final Map<Integer, ParserRuleContext> rules = new HashMap<>();
    final Map<Integer, Place> places = new HashMap<>();
    /// Where what stands in front of a closing brace, a comment mostly, is to stand.
    final Map<Integer, Place> insides = new HashMap<>();
    /// The stretches that the parser took as one token: where they begin and end.
    final Map<Integer, Integer> opaque = new HashMap<>();

    Structure(WdfsParser.UnitContext unit) {
        for (WdfsParser.TopLevelContext item : unit.topLevel()) {
            item(item, -1, 0);
        }
    }

    private static int start(ParserRuleContext rule) {
        return rule.getStart().getStartIndex();
    }

    /// A statement, declaration or the like that begins in a place of its own.
    private void item(ParserRuleContext rule, int anchor, int delta) {
        places.put(start(rule), new Place.Fixed(anchor, delta));
        walk(rule, start(rule));
    }

    /// @param item where the statement or declaration begins that the rule is part of
    private void walk(ParserRuleContext rule, int item) {
        switch (rule) {
            case WdfsParser.CompoundContext c -> block(c, item, STEP);
            case WdfsParser.StructSpecContext c -> block(c, item, STEP);
            case WdfsParser.EnumSpecContext c -> block(c, item, STEP);
            case WdfsParser.DriverDeclContext c -> block(c, item, STEP);
            case WdfsParser.HardwareDeclContext c -> block(c, item, STEP);
            case WdfsParser.DevnodeDeclContext c -> block(c, item, STEP);
            case WdfsParser.IoctlBlockContext c -> block(c, item, STEP);
            case WdfsParser.ContextContext c -> block(c, item, STEP);
            case WdfsParser.DeviceDeclContext c -> block(c, item, STEP);
            case WdfsParser.QueueDeclContext c -> block(c, item, STEP);
            case WdfsParser.ObjectDeclContext c -> block(c, item, STEP);
            case WdfsParser.PropertyBlockContext c -> block(c, item, STEP);
            case WdfsParser.RegistersDeclContext c -> block(c, item, STEP);
            case WdfsParser.RegisterContext c -> block(c, item, STEP);
            case WdfsParser.ExternCContext c -> block(c, item, 0);
            case WdfsParser.BracesContext c -> list(c, item);
            case WdfsParser.BlockStatementContext c -> walk(c.compound(), start(c));
            case WdfsParser.IfStatementContext c -> statement(c);
            case WdfsParser.WhileStatementContext c -> statement(c);
            case WdfsParser.ForInStatementContext c -> statement(c);
            case WdfsParser.ForStatementContext c -> statement(c);
            case WdfsParser.SwitchStatementContext c -> statement(c);
            case WdfsParser.DoStatementContext c -> statement(c);
            case WdfsParser.TryStatementContext c -> statement(c);
            // An attribute, an annotation or the type of a function may stand in a line of its own.
            case WdfsParser.DeclSpecContext c -> {
                places.putIfAbsent(start(c), new Place.Continued(item, 0));
                children(c, item);
            }
            case WdfsParser.InitDeclaratorContext c -> {
                places.putIfAbsent(start(c), new Place.Continued(item, 0));
                children(c, item);
            }
            case WdfsParser.ParameterContext c -> {
                places.putIfAbsent(start(c), new Place.Continued(item, STEP));
                children(c, item);
            }
            case WdfsParser.ThreadPrimaryContext c -> {
                terminal(c.THREAD(), item);
                walk(c.compound(), start(c));
            }
            default -> children(rule, item);
        }
    }

    private void children(ParserRuleContext rule, int item) {
        for (int i = 0; i < rule.getChildCount(); i++) {
            child(rule.getChild(i), item);
        }
    }

    private void child(ParseTree child, int item) {
        if (child instanceof TerminalNode t) {
            terminal(t, item);
        } else {
            walk((ParserRuleContext) child, item);
        }
    }

    private void terminal(TerminalNode node, int item) {
        Token token = node.getSymbol();
        if (token.getType() == Token.EOF || token.getType() == WdfsLexer.PpEnd) {
            return;
        }
        rules.put(token.getStartIndex(), (ParserRuleContext) node.getParent());
        places.putIfAbsent(token.getStartIndex(), new Place.Continued(item, STEP));
        if (token.getType() == WdfsLexer.ExpectErrorBlock) {
            opaque.put(token.getStartIndex(), token.getStopIndex() + 1);
        }
    }

    /// `{ items }` of something that begins at `owner`: what it holds stands `step` right of the line where it begins.
    private void block(ParserRuleContext rule, int owner, int step) {
        boolean inside = false;
        for (int i = 0; i < rule.getChildCount(); i++) {
            ParseTree child = rule.getChild(i);
            if (child instanceof TerminalNode t) {
                int type = t.getSymbol().getType();
                int offset = t.getSymbol().getStartIndex();
                if (type == WdfsLexer.LBrace) {
                    places.putIfAbsent(offset, new Place.Fixed(owner, 0));
                    inside = true;
                } else if (type == WdfsLexer.RBrace) {
                    places.put(offset, new Place.Fixed(owner, 0));
                    insides.put(offset, new Place.Fixed(owner, step));
                    inside = false;
                }
                terminal(t, owner);
            } else if (inside) {
                ParserRuleContext member = (ParserRuleContext) child;
                boolean label = member instanceof WdfsParser.CaseStatementContext || member instanceof WdfsParser.DefaultStatementContext || member instanceof WdfsParser.LabelStatementContext;
                item(member, owner, label ? 0 : step);
            } else {
                walk((ParserRuleContext) child, owner);
            }
        }
    }

    /// The values between the braces of an initialiser.
    private void list(WdfsParser.BracesContext braces, int item) {
        int open = braces.LBrace().getSymbol().getStartIndex();
        for (int i = 0; i < braces.getChildCount(); i++) {
            ParseTree child = braces.getChild(i);
            if (child instanceof TerminalNode t) {
                int offset = t.getSymbol().getStartIndex();
                if (t.getSymbol().getType() == WdfsLexer.LBrace) {
                    places.putIfAbsent(offset, new Place.Fixed(item, 0));
                } else if (t.getSymbol().getType() == WdfsLexer.RBrace) {
                    places.put(offset, new Place.Fixed(open, 0));
                    insides.put(offset, new Place.Fixed(open, STEP));
                }
                terminal(t, item);
            } else {
                ParserRuleContext value = (ParserRuleContext) child;
                places.put(start(value), new Place.Listed(open, item));
                walk(value, item);
            }
        }
    }

    /// A statement with statements in it: blocks belong to it, what is no block stands a step to the right, and its further words
    /// stand under the first.
    private void statement(ParserRuleContext rule) {
        int owner = start(rule);
        int body = owner;
        for (int i = 0; i < rule.getChildCount(); i++) {
            ParseTree child = rule.getChild(i);
            switch (child) {
                case TerminalNode t -> {
                    int type = t.getSymbol().getType();
                    boolean further = type == WdfsLexer.Else || type == WdfsLexer.Except || type == WdfsLexer.Finally || type == WdfsLexer.While && rule instanceof WdfsParser.DoStatementContext;
                    if (further) {
                        places.put(t.getSymbol().getStartIndex(), new Place.Fixed(owner, 0));
                        body = t.getSymbol().getStartIndex();
                    }
                    terminal(t, owner);
                }
                case WdfsParser.BlockStatementContext b -> walk(b.compound(), owner);
                case WdfsParser.CompoundContext b -> walk(b, owner);
                case WdfsParser.StatementContext s -> item(s, body, STEP);
                case ParserRuleContext r -> walk(r, owner);
                default -> { }
            }
        }
    }
}
