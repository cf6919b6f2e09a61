package wdfs.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;
import wdfs.diagnostics.Findings;
import wdfs.grammar.WdfsLexer;
import wdfs.source.SourceFile;

/// The pass between lexer and parser: one walk over the tokens, linear in their number, that settles what C leaves to
/// the symbol table.
///
/// An identifier becomes a `TypeName` token where it names a type: one of the file (typedefs, tags, contexts, gathered
/// from the whole file first) or of its imports, unless an inner declaration hides it. Contextual words become
/// identifiers where their block does not know them. The names of forms, whose arguments may be types, become `Form`.
final class TypeNames {
    /// Forms of the language: what the WDK has as macros over types, members and names.
    static final Set<String> FORMS = Set.of("CONTAINING_RECORD", "FIELD_OFFSET", "offsetof", "RTL_NUMBER_OF", "ARRAYSIZE", "RTL_FIELD_SIZE",
            "RTL_SIZEOF_THROUGH_FIELD", "WDF_DECLARE_CONTEXT_TYPE", "WDF_DECLARE_CONTEXT_TYPE_WITH_NAME",
            "WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE", "WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE", "WDF_TYPE_NAME_TO_TYPE_INFO", "WdfObjectGetTypedContext",
            "WDF_DECLARE_CUSTOM_TYPE", "WdfObjectAddCustomType", "WdfObjectAddCustomTypeWithData", "WdfObjectIsCustomType", "WdfObjectGetCustomTypeData",
            "DEFINE_GUID", "DECLARE_CONST_UNICODE_STRING", "DECLARE_GLOBAL_CONST_UNICODE_STRING", "DECLARE_UNICODE_STRING_SIZE", "RTL_CONSTANT_STRING", "UNREFERENCED_PARAMETER", "min", "max",
            "ASSERT", "NT_ASSERT", "NT_VERIFY", "ASSERTMSG", "NT_ASSERTMSG", "NT_VERIFYMSG", "C_ASSERT", "static_assert", "_Static_assert", "_countof",
            "ALIGN_DOWN", "ALIGN_UP", "__analysis_assume");

    /// Words that say nothing here: calling conventions and the old annotations.
    private static final Set<String> NOISE = Set.of("NTAPI", "WINAPI", "CALLBACK", "APIENTRY", "FAR", "__cdecl", "__stdcall", "__fastcall",
            "FASTCALL", "UNALIGNED", "EXTERN_C", "DECLSPEC_IMPORT", "NTSYSAPI", "WINBASEAPI", "__drv_aliasesMem", "FORCEINLINE_");

    private static final Set<String> ANNOTATIONS = Set.of("IN", "OUT", "OPTIONAL", "INOUT");

    private enum Block { FILE, MEMBERS, DATA, INITIALIZER, BODY, SCRIPT, HARDWARE, PAREN }

    private final SourceFile file;
    private final Predicate<String> knownTypes;
    private final Set<String> fileTypes = new HashSet<>();
    private final Set<String> declaredNames = new HashSet<>();
    private final Set<CommonToken> typedefNames = new HashSet<>();
    private List<CommonToken> tokens;
    /// The tokens that one token of the kind ExpectErrorBlock stands for.
    private final BitSet folded = new BitSet();

    private TypeNames(SourceFile file, List<CommonToken> tokens, Predicate<String> knownTypes) {
        this.file = file;
        this.tokens = tokens;
        this.knownTypes = knownTypes;
    }

    /// Settles the tokens; `context` is the kind of block they stand in (`script` for the lines of a process).
    static List<CommonToken> settle(SourceFile file, List<CommonToken> tokens, Predicate<String> knownTypes, Findings findings, boolean script) {
        TypeNames pass = new TypeNames(file, tokens, knownTypes);
        pass.dropNoise();
        pass.gather();
        pass.walk(script ? Block.SCRIPT : Block.FILE);
        return pass.withoutFolded();
    }

    private List<CommonToken> withoutFolded() {
        if (folded.isEmpty()) {
            return tokens;
        }
        List<CommonToken> kept = new ArrayList<>(tokens.size());
        for (int i = 0; i < tokens.size(); i++) {
            if (!folded.get(i)) {
                kept.add(tokens.get(i));
            }
        }
        return kept;
    }

    /// The types that the tokens declare at file level, for those who import the file.
    static Set<String> declared(SourceFile file, List<CommonToken> tokens) {
        TypeNames pass = new TypeNames(file, tokens, name -> false);
        pass.gather();
        return pass.fileTypes;
    }

    private void dropNoise() {
        List<CommonToken> kept = new ArrayList<>(tokens.size());
        for (int i = 0; i < tokens.size(); i++) {
            CommonToken token = tokens.get(i);
            if (token.getType() == WdfsLexer.Identifier) {
                String text = token.getText();
                if (NOISE.contains(text)) {
                    continue;
                }
                if (ANNOTATIONS.contains(text) && isAnnotation(i, kept)) {
                    continue;
                }
                if ((text.equals("KdPrint") || text.equals("KdPrintEx")) && typeAt(i + 1) == WdfsLexer.LParen && typeAt(i + 2) == WdfsLexer.LParen) {
                    i = unwrapKdPrint(i, kept);
                    continue;
                }
                int exceptionWord = exceptionWord(text, i, kept);
                if (exceptionWord != 0) {
                    token.setType(exceptionWord);
                }
                if (FORMS.contains(text) && typeAt(i + 1) == WdfsLexer.LParen) {
                    token.setType(WdfsLexer.Form);
                }
            }
            if (token.getType() == WdfsLexer.Sal && token.getText().startsWith("_Analysis_assume") && typeAt(i + 1) == WdfsLexer.LParen) {
                i = closing(i + 1);         // a promise to the compiler's analysis, standing as a statement
                continue;
            }
            kept.add(token);
        }
        tokens = kept;
    }

    /// The bracket that closes the one at `open`.
    private int closing(int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            int type = tokens.get(i).getType();
            depth += type == WdfsLexer.LParen ? 1 : type == WdfsLexer.RParen ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return tokens.size() - 1;
    }

    /// What `<excpt.h>` defines: `try`, `except`, `finally` and `leave`, where only these can stand.
    private int exceptionWord(String text, int i, List<CommonToken> kept) {
        int before = kept.isEmpty() ? Token.EOF : kept.getLast().getType();
        int after = typeAt(i + 1);
        boolean statement = before == WdfsLexer.LBrace || before == WdfsLexer.RBrace || before == WdfsLexer.Semi || before == WdfsLexer.RParen || before == WdfsLexer.Else;
        return switch (text) {
            case "try" -> statement && after == WdfsLexer.LBrace ? WdfsLexer.Try : 0;
            case "except" -> before == WdfsLexer.RBrace && after == WdfsLexer.LParen ? WdfsLexer.Except : 0;
            case "finally" -> before == WdfsLexer.RBrace && after == WdfsLexer.LBrace ? WdfsLexer.Finally : 0;
            case "leave" -> statement && after == WdfsLexer.Semi ? WdfsLexer.Leave : 0;
            default -> 0;
        };
    }

    private boolean isAnnotation(int i, List<CommonToken> kept) {
        int before = kept.isEmpty() ? Token.EOF : kept.getLast().getType();
        int after = typeAt(i + 1);
        boolean opens = before == WdfsLexer.LParen || before == WdfsLexer.Comma || before == WdfsLexer.Semi || before == WdfsLexer.LBrace;
        boolean startsType = after == WdfsLexer.Identifier || isBuiltin(after) || after == WdfsLexer.Const || after == WdfsLexer.Struct;
        boolean closes = after == WdfsLexer.Comma || after == WdfsLexer.RParen;
        return opens && startsType || closes && before == WdfsLexer.Identifier;
    }

    /// `KdPrint((format, …))` is `DbgPrint(format, …)`, `KdPrintEx((component, level, format, …))` is `DbgPrintEx(…)`.
    private int unwrapKdPrint(int i, List<CommonToken> kept) {
        int depth = 0;
        int end = i + 1;
        for (; end < tokens.size(); end++) {
            int type = tokens.get(end).getType();
            depth += type == WdfsLexer.LParen ? 1 : type == WdfsLexer.RParen ? -1 : 0;
            if (depth == 0) {
                break;
            }
        }
        CommonToken name = tokens.get(i);
        name.setText(name.getText().equals("KdPrint") ? "DbgPrint" : "DbgPrintEx");
        kept.add(name);
        for (int k = i + 2; k < end && k < tokens.size(); k++) {
            kept.add(tokens.get(k));
        }
        return end;
    }

    private int typeAt(int i) {
        return i >= 0 && i < tokens.size() ? tokens.get(i).getType() : Token.EOF;
    }

    // ---- the file's type names -------------------------------------------------------------------------------------------

    private void gather() {
        for (int i = 0; i < tokens.size(); i++) {
            CommonToken token = tokens.get(i);
            int type = token.getType();
            if (type == WdfsLexer.Enum) {
                int open = typeAt(i + 1) == WdfsLexer.LBrace ? i + 1 : typeAt(i + 2) == WdfsLexer.LBrace ? i + 2 : -1;
                if (open > 0) {
                    gatherEnumerators(open);
                }
            }
            if ((type == WdfsLexer.Struct || type == WdfsLexer.Union || type == WdfsLexer.Enum) && typeAt(i + 1) == WdfsLexer.Identifier) {
                fileTypes.add(tokens.get(i + 1).getText());
            } else if (type == WdfsLexer.CONTEXT && typeAt(i + 1) == WdfsLexer.Identifier
                    && (typeAt(i + 2) == WdfsLexer.LBrace || typeAt(i + 2) == WdfsLexer.AS)) {
                String name = tokens.get(i + 1).getText();
                fileTypes.add(name);
                fileTypes.add("P" + name);
            } else if (type == WdfsLexer.PpDefine && typeAt(i + 1) == WdfsLexer.Identifier) {
                declaredNames.add(tokens.get(i + 1).getText());
            } else if (type == WdfsLexer.Typedef) {
                gatherTypedef(i + 1);
            } else if (type == WdfsLexer.Identifier && (isTypeToken(i - 1) || typeAt(i - 1) == WdfsLexer.Star && starFollowsType(i - 1))
                    && endsDeclarator(typeAt(i + 1))) {
                declaredNames.add(token.getText());
            }
        }
    }

    /// The enumerators between the braces that open at `open`: values, so that `E * x` is a product.
    private void gatherEnumerators(int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            int type = typeAt(i);
            if (type == WdfsLexer.LBrace || type == WdfsLexer.LParen) {
                depth++;
            } else if ((type == WdfsLexer.RBrace || type == WdfsLexer.RParen) && --depth == 0) {
                return;
            }
            if (depth == 1 && (type == WdfsLexer.LBrace || type == WdfsLexer.Comma) && typeAt(i + 1) == WdfsLexer.Identifier) {
                declaredNames.add(tokens.get(i + 1).getText());
            }
        }
    }

    private static boolean endsDeclarator(int type) {
        return type == WdfsLexer.Semi || type == WdfsLexer.Assign || type == WdfsLexer.Comma || type == WdfsLexer.LBracket
                || type == WdfsLexer.RParen || type == WdfsLexer.LParen || type == WdfsLexer.Colon;
    }

    /// The names that a typedef declares: an identifier in front of `;`, `,`, `[` or `(` that is not the first word of
    /// the specifiers, or the one in `(*NAME)(`.
    private void gatherTypedef(int start) {
        int depth = 0;
        boolean specifierSeen = false;
        for (int i = start; i < tokens.size(); i++) {
            int type = typeAt(i);
            if (type == WdfsLexer.LBrace || type == WdfsLexer.LBracket) {
                depth++;
            } else if (depth == 0 && type == WdfsLexer.Typedef || depth < 0) {
                return;                     // never closed; the next one gathers for itself
            } else if (type == WdfsLexer.RBrace || type == WdfsLexer.RBracket) {
                depth--;
                specifierSeen = true;
            } else if (type == WdfsLexer.LParen) {
                if (depth == 0 && specifierSeen) {
                    int k = i + 1;
                    while (typeAt(k) == WdfsLexer.Star || typeAt(k) == WdfsLexer.Sal) {
                        k++;
                    }
                    if (typeAt(k) == WdfsLexer.Identifier && typeAt(k + 1) == WdfsLexer.RParen && typeAt(k + 2) == WdfsLexer.LParen) {
                        declareTypedef(tokens.get(k));
                    }
                }
                depth++;
            } else if (type == WdfsLexer.RParen) {
                depth--;
            } else if (depth == 0 && type == WdfsLexer.Semi) {
                return;
            } else if (depth == 0 && type == WdfsLexer.Identifier) {
                int next = typeAt(i + 1);
                if (specifierSeen && (next == WdfsLexer.Semi || next == WdfsLexer.Comma || next == WdfsLexer.LBracket || next == WdfsLexer.LParen)) {
                    declareTypedef(tokens.get(i));
                }
                if (!(typeAt(i - 1) == WdfsLexer.Struct || typeAt(i - 1) == WdfsLexer.Union || typeAt(i - 1) == WdfsLexer.Enum) || next != WdfsLexer.LBrace) {
                    specifierSeen = true;
                }
            } else if (depth == 0 && isBuiltin(type)) {
                specifierSeen = true;
            }
        }
    }

    private void declareTypedef(CommonToken token) {
        fileTypes.add(token.getText());
        typedefNames.add(token);
    }

    // ---- the walk ----------------------------------------------------------------------------------------------------------

    private static final class Scope {
        final Block block;
        final Set<String> hidden = new HashSet<>();

        Scope(Block block) {
            this.block = block;
        }
    }

    private final Deque<Scope> scopes = new ArrayDeque<>();

    private void walk(Block outermost) {
        scopes.push(new Scope(outermost));
        Block pending = null;
        Map<Integer, Set<String>> parameters = new HashMap<>();
        for (int i = 0; i < tokens.size(); i++) {
            CommonToken token = tokens.get(i);
            int type = token.getType();
            switch (type) {
                case WdfsLexer.LBrace -> {
                    Scope scope = new Scope(pending != null ? pending : blockOf(i));
                    if (scope.block == Block.BODY || scope.block == Block.SCRIPT) {
                        Set<String> hiddenParameters = parameters.remove(scopes.size());
                        if (hiddenParameters != null) {
                            scope.hidden.addAll(hiddenParameters);
                        }
                    }
                    pending = null;
                    scopes.push(scope);
                }
                case WdfsLexer.RBrace -> {
                    if (scopes.size() > 1) {
                        scopes.pop();
                    }
                }
                case WdfsLexer.PROCESS, WdfsLexer.TEST -> {
                    boolean opens = type == WdfsLexer.TEST
                            ? typeAt(i + 1) == WdfsLexer.StringLiteral && typeAt(i + 2) == WdfsLexer.LBrace
                            : isWord(typeAt(i + 1)) && (typeAt(i + 2) == WdfsLexer.LBrace || typeAt(i + 2) == WdfsLexer.AFTER);
                    if (opens && startsStatement(i)) {
                        pending = Block.SCRIPT;
                    } else {
                        token.setType(WdfsLexer.Identifier);
                    }
                }
                case WdfsLexer.HARDWARE -> {
                    if (scopes.size() == 1 && isWord(typeAt(i + 1))) {
                        pending = Block.HARDWARE;
                    }
                }
                case WdfsLexer.VAR -> demoteUnless(token, inScript() && isWord(typeAt(i + 1)) && (startsStatement(i) || typeAt(i - 1) == WdfsLexer.LParen));
                case WdfsLexer.THREAD -> demoteUnless(token, inScript() && typeAt(i + 1) == WdfsLexer.LBrace);
                case WdfsLexer.IN_WORD -> demoteUnless(token, inScript() && typeAt(i - 2) == WdfsLexer.LParen && typeAt(i - 3) == WdfsLexer.For
                        && isWord(typeAt(i - 1)) && typeAt(i - 1) != WdfsLexer.TypeName);
                case WdfsLexer.EXPECT -> {
                    demoteUnless(token, inScript() && startsStatement(i) && startsExpression(typeAt(i + 1)));
                    if (token.getType() == WdfsLexer.EXPECT && typeAt(i + 1) == WdfsLexer.Identifier && tokens.get(i + 1).getText().equals("error")
                            && typeAt(i + 2) == WdfsLexer.Identifier) {
                        i = foldExpectError(i);
                    }
                }
                case WdfsLexer.AFTER -> demoteUnless(token, block() == Block.HARDWARE && startsStatement(i)
                        || typeAt(i - 2) == WdfsLexer.PROCESS && isWord(typeAt(i + 1)));
                case WdfsLexer.RAISE, WdfsLexer.LOWER -> demoteUnless(token, block() == Block.HARDWARE && startsStatement(i) && isWord(typeAt(i + 1)));
                case WdfsLexer.Identifier -> identifier(i, token, parameters);
                default -> { }
            }
        }
    }

    private static void demoteUnless(CommonToken token, boolean keyword) {
        if (!keyword) {
            token.setType(WdfsLexer.Identifier);
        }
    }

    private Block block() {
        return scopes.peek().block;
    }

    private boolean inScript() {
        return block() == Block.SCRIPT;
    }

    /// What the brace at `i` opens.
    private Block blockOf(int i) {
        Block outer = block();
        int before = typeAt(i - 1);
        if (before == WdfsLexer.Assign || outer == Block.INITIALIZER && before != WdfsLexer.THREAD) {
            return Block.INITIALIZER;
        }
        if (outer == Block.SCRIPT || outer == Block.HARDWARE) {
            return outer;
        }
        if (before == WdfsLexer.RParen || outer == Block.BODY) {
            return Block.BODY;
        }
        if (typeAt(i - 1) == WdfsLexer.Struct || typeAt(i - 2) == WdfsLexer.Struct
                || typeAt(i - 1) == WdfsLexer.Union || typeAt(i - 2) == WdfsLexer.Union
                || typeAt(i - 1) == WdfsLexer.Enum || typeAt(i - 2) == WdfsLexer.Enum || outer == Block.DATA) {
            return Block.DATA;
        }
        return Block.MEMBERS;
    }

    private static boolean isWord(int type) {
        return type == WdfsLexer.Identifier || type == WdfsLexer.TypeName || type >= WdfsLexer.DRIVER && type <= WdfsLexer.DMA_ENABLER;
    }

    private boolean startsStatement(int i) {
        return switch (typeAt(i - 1)) {
            case Token.EOF, WdfsLexer.LBrace, WdfsLexer.RBrace, WdfsLexer.Semi, WdfsLexer.Colon, WdfsLexer.RParen, WdfsLexer.Else, WdfsLexer.Do,
                    WdfsLexer.PpEnd, WdfsLexer.PpInclude, WdfsLexer.ExpectErrorBlock -> true;
            default -> false;
        };
    }

    private static boolean startsExpression(int type) {
        return switch (type) {
            case WdfsLexer.Assign, WdfsLexer.Dot, WdfsLexer.Arrow, WdfsLexer.LBracket, WdfsLexer.Inc, WdfsLexer.Dec, WdfsLexer.Semi, WdfsLexer.RParen,
                    WdfsLexer.Comma, WdfsLexer.AddAssign, WdfsLexer.SubAssign, WdfsLexer.Eq, WdfsLexer.Ne -> false;
            default -> true;
        };
    }

    private boolean isType(String name) {
        for (Scope scope : scopes) {
            if (scope.hidden.contains(name)) {
                return false;
            }
        }
        return fileTypes.contains(name) || knownTypes.test(name);
    }

    private void identifier(int i, CommonToken token, Map<Integer, Set<String>> parameters) {
        int before = typeAt(i - 1);
        int after = typeAt(i + 1);
        if (before == WdfsLexer.Dot || before == WdfsLexer.Arrow || before == WdfsLexer.Goto || typedefNames.contains(token)) {
            return;
        }
        String name = token.getText();
        boolean declares = (isTypeToken(i - 1) && before != WdfsLexer.Struct && before != WdfsLexer.Union && before != WdfsLexer.Enum
                || before == WdfsLexer.Star && starFollowsType(i - 1)) && endsDeclarator(after);
        if (declares) {
            if (fileTypes.contains(name) || knownTypes.test(name)) {
                if (after == WdfsLexer.RParen || after == WdfsLexer.Comma && block() != Block.BODY && block() != Block.SCRIPT && block() != Block.DATA && block() != Block.INITIALIZER) {
                    parameters.computeIfAbsent(scopes.size(), _ -> new HashSet<>()).add(name);
                } else if (block() != Block.DATA && block() != Block.INITIALIZER) {
                    scopes.peek().hidden.add(name);
                }
            }
            return;
        }
        if (isType(name)) {
            if (before == WdfsLexer.Comma && endsDeclarator(after) && after != WdfsLexer.LParen && declarationGoesOn(i - 1)) {
                if (block() != Block.DATA && block() != Block.INITIALIZER) {
                    scopes.peek().hidden.add(name);
                }
                return;
            }
            token.setType(WdfsLexer.TypeName);
            return;
        }
        if (looksLikeType(i, before, after)) {
            token.setType(WdfsLexer.TypeName);
        }
    }

    /// `Unknown *p;` and `Unknown p;` can only be declarations: the checker then names the missing type.
    private boolean looksLikeType(int i, int before, int after) {
        Block block = block();
        boolean body = block == Block.BODY || block == Block.SCRIPT;
        boolean start = startsStatement(i) && before != WdfsLexer.RParen && before != WdfsLexer.Colon;
        if (after == WdfsLexer.Identifier && isDeclaratorEnd(typeAt(i + 2))) {
            boolean parameter = (before == WdfsLexer.LParen || before == WdfsLexer.Comma) && typeAt(i + 2) != WdfsLexer.LParen && typeAt(i + 2) != WdfsLexer.Semi
                    && typeAt(i + 2) != WdfsLexer.Assign;
            return body && start || parameter || (block == Block.DATA || block == Block.FILE) && start;
        }
        if (after == WdfsLexer.Star && start && (body || block == Block.FILE || block == Block.DATA || block == Block.MEMBERS)) {
            int k = i + 1;
            while (typeAt(k) == WdfsLexer.Star) {
                k++;
            }
            int end = typeAt(k + 1);
            return typeAt(k) == WdfsLexer.Identifier && !declaredNames.contains(tokens.get(i).getText())
                    && (end == WdfsLexer.Semi || end == WdfsLexer.Assign || end == WdfsLexer.Comma || end == WdfsLexer.LBracket);
        }
        return false;
    }

    private static boolean isDeclaratorEnd(int type) {
        return type == WdfsLexer.Semi || type == WdfsLexer.Assign || type == WdfsLexer.Comma || type == WdfsLexer.LBracket || type == WdfsLexer.RParen
                || type == WdfsLexer.LParen;
    }

    private boolean starFollowsType(int i) {
        int k = i;
        while (typeAt(k) == WdfsLexer.Star || typeAt(k) == WdfsLexer.Const) {
            k--;
        }
        return isTypeToken(k) || typeAt(k) == WdfsLexer.Comma && declarationGoesOn(k);
    }

    /// `T a, *b;`: the comma belongs to a declaration if a type stands behind the last statement end.
    private boolean declarationGoesOn(int comma) {
        int depth = 0;
        for (int k = comma - 1; k >= 0 && comma - k < 64; k--) {
            int type = typeAt(k);
            if (type == WdfsLexer.RParen || type == WdfsLexer.RBracket || type == WdfsLexer.RBrace) {
                depth++;
            } else if (type == WdfsLexer.LParen || type == WdfsLexer.LBracket || type == WdfsLexer.LBrace) {
                if (depth-- == 0) {
                    return type == WdfsLexer.LBrace && isTypeToken(k + 1);
                }
            } else if (depth == 0 && type == WdfsLexer.Semi) {
                return isTypeToken(k + 1);
            }
        }
        return false;
    }

    private boolean isTypeToken(int i) {
        int type = typeAt(i);
        if (isBuiltin(type) || type == WdfsLexer.TypeName) {
            return true;
        }
        if (type == WdfsLexer.Identifier) {
            String text = tokens.get(i).getText();
            int before = typeAt(i - 1);
            if (before == WdfsLexer.Struct || before == WdfsLexer.Union || before == WdfsLexer.Enum) {
                return true;
            }
            return scopes.isEmpty() && (fileTypes.contains(text) || knownTypes.test(text));
        }
        return false;
    }

    private static boolean isBuiltin(int type) {
        return switch (type) {
            case WdfsLexer.Void, WdfsLexer.Char, WdfsLexer.Short, WdfsLexer.Int, WdfsLexer.Long, WdfsLexer.Signed, WdfsLexer.Unsigned,
                    WdfsLexer.Int64, WdfsLexer.Int32, WdfsLexer.Int16, WdfsLexer.Int8, WdfsLexer.Bool -> true;
            default -> false;
        };
    }

    /// `expect error CODE { … }`: the block's text need not parse, so it becomes one token; the parser comes back to it.
    /// @return the last token that it took
    private int foldExpectError(int i) {
        int open = i + 2;
        while (open < tokens.size() && typeAt(open) != WdfsLexer.LBrace && typeAt(open) != WdfsLexer.Semi && open - i < 8) {
            open++;
        }
        if (typeAt(open) != WdfsLexer.LBrace) {
            return i;
        }
        int depth = 0;
        int close = open;
        for (; close < tokens.size(); close++) {
            int type = typeAt(close);
            depth += type == WdfsLexer.LBrace ? 1 : type == WdfsLexer.RBrace ? -1 : 0;
            if (depth == 0) {
                break;
            }
        }
        if (close == tokens.size()) {
            return i;
        }
        CommonToken first = tokens.get(i);
        first.setType(WdfsLexer.ExpectErrorBlock);
        first.setStopIndex(tokens.get(close).getStopIndex());
        first.setText(file.text().substring(first.getStartIndex(), first.getStopIndex() + 1));
        folded.set(i + 1, close + 1);
        return close;
    }
}
